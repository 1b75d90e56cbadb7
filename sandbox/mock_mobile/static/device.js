/** The phone in hand: what the server says it shows, what its owner does with it, and which module draws which screen. */
import * as api from './api.js';
import { updatePhone } from './chooser.js';
import { part } from './dom.js';
import { feel } from './haptics.js';
import { drawFirstPage, isSearching } from './history.js';
import * as memory from './memory.js';
import { drawMessages } from './records.js';
import { drawProblem, focusScreen } from './screens.js';

const HOME = { name: 'home' };
const MAY_WORK_AGAIN = new Set(['NETWORK', 'ANSWER_LOST', 'SERVICE_UNAVAILABLE', 'INTERNAL']);

const painters = {}; // of the server's screens, by their names
const live = {}; // of the owner's own screens that follow what changes
const deeds = {}; // what buttons do, by data-do
const forms = {}; // what forms do, by data-form

let phone = null; // as the server described it last
let wallet = null; // how its wallet stands
let shown = HOME; // the server's screen that is drawn
let isOwn = false; // a screen that the owner opened, of which the server knows nothing
let turn = 0; // counts what the owner does; an answer to an earlier question is thrown away
let isBusy = false;
let repeat = null;
let stopWatching = () => {}; // what a screen keeps running: a countdown, the camera

export const currentPhone = () => phone;
export const currentWallet = () => wallet;
export const shownScreen = () => shown;
export const isOccupied = () => isBusy || !phone;

/** @returns {() => boolean} whether the owner has done nothing else since */
export function watchTurn() {
  const mine = turn;
  return () => mine === turn;
}

export const addPainters = (more) => Object.assign(painters, more);
export const addLive = (more) => Object.assign(live, more);
export const addDeeds = (more) => Object.assign(deeds, more);
export const addForms = (more) => Object.assign(forms, more);

/** @param {() => void} stop called when another screen is drawn */
export function keepRunning(stop) {
  stopWatching = stop;
}

export function stopRunning() {
  const stop = stopWatching;
  stopWatching = () => {};
  stop();
}

// What the phone shows

export function draw() {
  stopRunning();
  isOwn = false;
  shown = phone.screen;
  updatePhone(phone);
  const screen = memory.wasLeft(phone.phone_number, shown) ? HOME : shown;
  (painters[screen.name] ?? painters.home)(screen, phone);
}

/** A screen of the owner's own: it stays until they leave it. */
export function show(paint) {
  turn += 1;
  isBusy = false;
  stopRunning();
  isOwn = true;
  paint();
  focusScreen();
}

export function goHome() {
  turn += 1;
  if (!phone) return painters.none();
  // What came to the phone while its owner was elsewhere has not been seen yet.
  const isNew = isOwn && JSON.stringify(phone.screen) !== JSON.stringify(shown);
  if (!isNew) memory.leaveScreen(phone.phone_number, phone.screen);
  draw();
  focusScreen();
}

export async function refresh() {
  const asked = turn;
  const [found, standing] = await Promise.all([api.getPhone(phone.phone_number), api.getWallet(phone.phone_number)]);
  if (asked !== turn || isBusy) return;
  const isNew = JSON.stringify(found.screen) !== JSON.stringify(shown);
  const hasChanged = found.balance !== phone.balance || JSON.stringify(standing) !== JSON.stringify(wallet);
  phone = found;
  wallet = standing;
  updatePhone(phone);
  const name = part('screen').dataset.screen;
  if (isOwn) {
    if (hasChanged) live[name]?.();
  } else if (isNew || (hasChanged && name === 'home')) {
    draw();
  }
}

export async function refreshRecords() {
  const asked = turn;
  const history = isSearching() ? null : api.getHistory(phone.phone_number);
  const [messages, found] = await Promise.all([api.listMessages(phone.phone_number), history]);
  if (asked !== turn) return;
  drawMessages(messages);
  if (found) drawFirstPage(found);
}

/** Takes up what was read of the phone that is chosen now. */
export function hold(found, standing) {
  phone = found;
  wallet = standing;
}

/** Another phone is being chosen. @returns {() => boolean} whether it still is */
export function letGo() {
  turn += 1;
  isBusy = false;
  stopRunning();
  return watchTurn();
}

// What its owner does

/** Does something with the phone, then draws what the phone shows after it. */
export async function act(work) {
  if (isBusy || !phone) return;
  isBusy = true;
  const mine = (turn += 1);
  const number = phone.phone_number;
  let problem = null;
  memory.leaveScreen(number, null);
  try {
    await work(number);
  } catch (error) {
    if (!(error instanceof api.Problem)) throw error;
    problem = error;
  }
  try {
    const [found, standing] = await Promise.all([api.getPhone(number), api.getWallet(number)]);
    if (mine === turn) hold(found, standing);
  } catch {
    // The problem above is told; the next round of polling asks again.
  }
  if (mine !== turn) return;
  isBusy = false;
  finish(problem, work);
}

function finish(problem, work) {
  const { name, code } = phone.screen;
  const isOnScreen = !problem || (name === 'error' && code === problem.code) || (name === 'choose' && problem.code === 'SEVERAL_QR_FOUND');
  if (isOnScreen) {
    draw();
  } else {
    repeat = work;
    shown = phone.screen;
    isOwn = false;
    drawProblem(problem, MAY_WORK_AGAIN.has(problem.code));
  }
  focusScreen();
  feel(problem ? 'bad' : 'good');
  refreshRecords().catch(ignoreProblem);
}

/** Reads phone and wallet again, after something that is not shown on the server's screen. */
export async function reread() {
  const number = phone.phone_number;
  const [found, standing] = await Promise.all([api.getPhone(number), api.getWallet(number)]);
  updatePhone(found);
  if (phone.phone_number !== number) return;
  hold(found, standing);
  if (isOwn) live[part('screen').dataset.screen]?.();
  refreshRecords().catch(ignoreProblem);
}

export function listen() {
  const screen = part('screen');
  screen.addEventListener('click', (event) => deeds[event.target.closest('[data-do]')?.dataset.do]?.(event.target));
  screen.addEventListener('submit', (event) => {
    event.preventDefault();
    event.stopPropagation();
    forms[event.target.dataset.form]?.(event.target);
  });
  document.addEventListener('keydown', (event) => {
    if (event.key === 'Escape' && !document.querySelector('dialog[open]')) part('back', screen)?.click();
  });
}

export function ignoreProblem(error) {
  if (!(error instanceof api.Problem)) throw error;
}

export function showProblem(error) {
  ignoreProblem(error);
  repeat = null;
  drawProblem(error, true);
  part('home').hidden = true;
}

addDeeds({ home: goHome, again: () => (repeat ? act(repeat) : location.reload()) });

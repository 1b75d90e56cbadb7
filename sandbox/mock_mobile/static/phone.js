/** The phone: draws the screen that the server says it shows, and tells the server what its owner does. */
import * as api from './api.js';
import { readDinars } from './amounts.js';
import { hasCamera, watchCamera } from './camera.js';
import { connectChooser, drawPhones, inOrder, updatePhone } from './chooser.js';
import { sandboxNow, syncClock } from './clock.js';
import { watchCode } from './code-screen.js';
import { part } from './dom.js';
import { feel } from './haptics.js';
import { connectHistory, drawFirstPage, isSearching } from './history.js';
import * as memory from './memory.js';
import { drawMoneyForm, drawRequests, readMoneyForm, showFieldProblem } from './money.js';
import { connectNewPhone, openNewPhone } from './new-phone.js';
import { findRequest, forgetNotifications, takeNotifications, waitingRequests } from './notifications.js';
import { drawOwnCode } from './own-code.js';
import { connectOpened, forgetOpened, openedText } from './opened.js';
import { findCode, takePictures } from './pictures.js';
import { poll } from './poll.js';
import { drawMessages, forgetRecords, showBanner } from './records.js';
import { drawAsked, drawConfirm, drawHome, drawPaid, drawProblem, drawReading, drawScreen, focusScreen, showPinProblem } from './screens.js';
import { canCapture, captureTab } from './tab-capture.js';
import { clockTime, texts } from './texts.js';

const POLL_EVERY = 1500;
const PHONE_EVERY_ROUNDS = 4;
const PIN = /^[0-9]{4,6}$/;
const HOME = { name: 'home' };
const OWN_SCREENS = new Set(['camera', 'send', 'ask', 'own-code']); // the owner opened them; the server knows nothing of them
const MAY_WORK_AGAIN = new Set(['NETWORK', 'ANSWER_LOST', 'SERVICE_UNAVAILABLE', 'INTERNAL']);

let phone = null; // as the server described it last
let shown = HOME; // the server's screen that is drawn
let turn = 0; // counts what the owner does; an answer to an earlier question is thrown away
let isBusy = false;
let repeat = null;
let answering = null; // the request for money whose PIN is being typed
let stopWatching = () => {}; // what a screen keeps running: a countdown, the camera

// What the phone shows

function draw() {
  stopWatching();
  stopWatching = () => {};
  answering = null;
  shown = phone.screen;
  updatePhone(phone);
  const screen = memory.wasLeft(phone.phone_number, shown) ? HOME : shown;
  if (screen.name === 'confirm') {
    memory.rememberScan(screen);
    drawConfirm(phone, screen, memory.findScan(screen.scan_id)?.wanted);
  } else if (screen.name === 'code') {
    stopWatching = watchCode(phone.phone_number, screen, () => refresh().catch(ignoreProblem));
  } else if (screen.name === 'refused') {
    drawScreen('refused');
  } else if (screen.name === 'asked') {
    drawAsked(screen);
  } else if (screen.name === 'paid') {
    drawPaid(screen);
  } else if (screen.name === 'expired') {
    drawProblem(texts.ended.expired);
  } else if (screen.name === 'error') {
    drawRefusal(screen);
  } else {
    drawHome(phone, canCapture, hasCamera);
    drawRequests(part('requests'), waitingRequests());
  }
}

/** After a wrong PIN the same scan can be paid again. */
function drawRefusal(screen) {
  const scan = memory.findScan(screen.scan_id);
  if (!scan) return drawProblem(screen);
  drawConfirm(phone, scan, scan.wanted);
  showPinProblem(screen.message, screen.hint);
}

async function refresh() {
  const asked = turn;
  const found = await api.getPhone(phone.phone_number);
  if (asked !== turn || isBusy) return;
  const isNew = JSON.stringify(found.screen) !== JSON.stringify(shown) && !OWN_SCREENS.has(part('screen').dataset.screen);
  const hasNewBalance = found.balance !== phone.balance;
  phone = found;
  updatePhone(phone);
  if (isNew || (hasNewBalance && part('screen').dataset.screen === 'home')) draw();
}

async function refreshRecords() {
  const asked = turn;
  const [messages, history] = await Promise.all([api.listMessages(phone.phone_number), isSearching() ? null : api.getHistory(phone.phone_number)]);
  if (asked !== turn) return;
  drawMessages(messages);
  if (history) drawFirstPage(history);
}

// What its owner does

/** Does something with the phone, then draws what the phone shows after it. */
async function act(work) {
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
    const found = await api.getPhone(number);
    if (mine === turn) phone = found;
  } catch {
    // The problem above is told; the next round of polling asks again.
  }
  if (mine !== turn) return;
  isBusy = false;
  finish(problem, work);
}

function finish(problem, work) {
  const isOnScreen = !problem || (phone.screen.name === 'error' && phone.screen.code === problem.code);
  if (isOnScreen) {
    draw();
  } else {
    repeat = work;
    shown = phone.screen;
    drawProblem(problem, MAY_WORK_AGAIN.has(problem.code));
  }
  focusScreen();
  feel(problem ? 'bad' : 'good');
  refreshRecords().catch(ignoreProblem);
}

function scan(read, picture) {
  if (isBusy || !phone) return;
  stopWatching();
  drawReading(picture);
  act(read);
}

const scanPicture = (picture) => scan((number) => api.scanPicture(number, picture), picture);
const scanText = (text) => scan((number) => api.scanText(number, text));

function pay({ pin, amount: typed }) {
  const amount = answering || part('asked-amount').hidden ? undefined : readDinars(typed);
  if (amount === null) return showPinProblem(texts.fields.balance);
  if (!PIN.test(pin)) return showPinProblem(texts.pin_missing);
  const { scan_id: scanId } = shown;
  const request = answering;
  part('pay').setAttribute('aria-busy', 'true');
  act(async (number) => {
    if (request) return api.approve(number, request, pin);
    const { payment_id: payment } = await api.pay(number, scanId, pin, amount);
    if (payment) memory.rememberScan({ scan_id: scanId, payment_id: payment });
    forgetOpened();
  });
}

function refuse() {
  const request = answering;
  if (request) return act((number) => api.refuseRequest(number, request));
  const scanId = shown.scan_id ?? memory.findScanOfPayment(shown.payment_id)?.scan_id;
  act((number) => api.refuse(number, scanId));
}

async function capture() {
  try {
    const picture = await captureTab();
    if (picture) scanPicture(picture);
  } catch {
    drawProblem(texts.capture_failed);
    focusScreen();
  }
}

// Money without a form

/** The camera reads frame after frame; the first with a code ends it, and so does any other screen. */
async function openCamera() {
  stopWatching();
  const video = drawScreen('camera').querySelector('video');
  focusScreen();
  const mine = turn;
  const isOver = () => mine !== turn || !video.isConnected;
  try {
    const stop = await watchCamera(video, (frame) => readFrame(frame, isOver));
    if (isOver()) stop();
    else stopWatching = stop;
  } catch {
    drawProblem(texts.camera_failed);
    focusScreen();
  }
}

/** @returns {Promise<boolean>} whether looking on makes no sense */
async function readFrame(frame, isOver) {
  try {
    await api.scanPicture(phone.phone_number, frame, true);
  } catch (error) {
    if (!(error instanceof api.Problem)) throw error;
    if (error.code === 'NO_QR_FOUND') return isOver();
    if (isOver()) return true;
    act(() => Promise.reject(error));
    return true;
  }
  if (!isOver()) act(async () => {});
  return true;
}

function send(form) {
  const typed = readMoneyForm(form);
  if (!typed) return;
  const digits = typed.to.replace(/[^0-9]/g, '').slice(-8);
  submitMoney(form, async (number) => {
    const scan = await api.scanText(number, `flouci-sandbox://wallet?v=1&phone=${digits}`);
    memory.rememberScan({ ...scan, wanted: form.elements.amount.value.trim() });
  });
}

function ask(form) {
  const typed = readMoneyForm(form);
  if (typed) submitMoney(form, (number) => api.ask(number, typed.to, typed.amount, typed.note || undefined));
}

/** A problem with a field is said beside it, and nothing that was typed is lost. */
async function submitMoney(form, work) {
  const button = form.querySelector('[type="submit"]');
  if (button.getAttribute('aria-busy')) return;
  button.setAttribute('aria-busy', 'true');
  try {
    await work(phone.phone_number);
    act(async () => {});
  } catch (error) {
    if (!(error instanceof api.Problem)) throw error;
    feel('bad');
    showFieldProblem(form, error.field === 'amount' ? 'amount' : 'to', error.message, error.hint);
  } finally {
    button.removeAttribute('aria-busy');
  }
}

function answer(id) {
  const { name, amount, text } = findRequest(id);
  drawConfirm(phone, { merchant: name, amount, description: text });
  answering = id;
  focusScreen();
}

function show(draw) {
  stopWatching();
  stopWatching = () => {};
  draw();
  focusScreen();
}

function goHome() {
  memory.leaveScreen(phone.phone_number, phone.screen);
  draw();
  focusScreen();
}

const DEEDS = {
  'refuse': refuse,
  'capture': capture,
  'home': goHome,
  'again': () => (repeat ? act(repeat) : location.reload()),
  'new-phone': openNewPhone,
  'camera': openCamera,
  'send': () => show(() => drawMoneyForm('send')),
  'ask': () => show(() => drawMoneyForm('ask')),
  'own-code': () => show(() => drawOwnCode(phone)),
  'answer': (target) => answer(target.closest('[data-request]').dataset.request),
};
const FORMS = { send, ask, 'pin': (form) => pay(Object.fromEntries(new FormData(form))), 'text': readText };

function readText(form) {
  const text = form.elements.qr_text.value.trim();
  if (text) scanText(text);
}

function listen() {
  const screen = part('screen');
  screen.addEventListener('click', (event) => DEEDS[event.target.closest('[data-do]')?.dataset.do]?.(event.target));
  screen.addEventListener('submit', (event) => {
    event.preventDefault();
    event.stopPropagation();
    FORMS[event.target.dataset.form]?.(event.target);
  });
  part('new-phone').addEventListener('click', openNewPhone);
  connectHistory(() => phone?.phone_number, ignoreProblem);
  const onNothing = () => showBanner(texts.nothing_pasted, '');
  takePictures({ area: part('device'), onPicture: scanPicture, onText: scanText, onNothing });
}

// Which phone it is

async function choose(number) {
  const mine = (turn += 1);
  isBusy = false;
  stopWatching();
  memory.rememberPhone(number);
  keepInAddress(number);
  forgetRecords();
  forgetNotifications();
  drawScreen('loading');
  const [found, history, messages, notifications] = await Promise.all([
    api.getPhone(number),
    api.getHistory(number),
    api.listMessages(number),
    api.listNotifications(number),
  ]);
  if (mine !== turn) return;
  phone = found;
  takeNotifications(notifications);
  if (!isOfNow(phone.screen, history.payments)) memory.leaveScreen(number, phone.screen);
  draw();
  drawFirstPage(history);
  drawMessages(messages);
  if (openedText()) scanText(openedText());
}

/** In the page's own address and in those of the other languages; a code in the address is scanned once. */
function keepInAddress(number) {
  history.replaceState(null, '', `?${new URLSearchParams({ phone: number })}`);
  for (const link of document.querySelectorAll('a[hreflang]')) {
    link.search = new URLSearchParams({ phone: number, lang: link.hreflang });
  }
}

/** What was left on the screen long ago is not shown again: only a payment that can still go on. */
function isOfNow(screen, payments) {
  if (screen.name === 'code') {
    const payment = payments.find(({ id }) => id === screen.payment_id);
    return payment?.state === 'prepared' || payment?.state === 'verified';
  }
  return screen.name === 'confirm';
}

async function open(wanted) {
  const phones = inOrder(await api.listPhones());
  const found = [wanted, memory.chosenPhone()].find((number) => phones.some((one) => one.phone_number === number));
  const number = found ?? phones[0]?.phone_number;
  drawPhones(phones, number);
  if (number) await choose(number);
  else drawScreen('none');
}

async function start() {
  const query = new URLSearchParams(location.search);
  part('phone-page').hidden = false;
  connectChooser((number) => choose(number).catch(showProblem));
  connectNewPhone(({ phone_number: number }) => open(number).catch(showProblem));
  listen();
  connectOpened();
  drawScreen('loading');
  await syncClock();
  showTime();
  await open(query.get('phone'));
  const text = query.get('qr');
  if (text && phone) scanText(findCode(text) ?? text);
  poll(keepUp, POLL_EVERY);
}

async function keepUp(round) {
  const isFull = round % PHONE_EVERY_ROUNDS === 0;
  try {
    if (isFull) await syncClock();
    showTime();
    if (!phone || isBusy) return;
    const asked = turn;
    const notifications = await api.listNotifications(phone.phone_number);
    const hasChanged = asked === turn && takeNotifications(notifications);
    const requests = part('requests');
    if (hasChanged && requests) drawRequests(requests, waitingRequests());
    if (hasChanged || isFull) await Promise.all([refresh(), refreshRecords()]);
  } catch (error) {
    ignoreProblem(error);
  }
}

function showTime() {
  part('device-time').textContent = clockTime(sandboxNow());
}

function ignoreProblem(error) {
  if (!(error instanceof api.Problem)) throw error;
}

function showProblem(error) {
  ignoreProblem(error);
  repeat = null;
  drawProblem(error, true);
  part('home').hidden = true;
}

start().catch(showProblem);

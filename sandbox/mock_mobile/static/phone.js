/** The phone: draws the screen that the server says it shows, and tells the server what its owner does. */
import * as api from './api.js';
import { connectChooser, drawPhones, inOrder, updatePhone } from './chooser.js';
import { sandboxNow, syncClock } from './clock.js';
import { watchCode } from './code-screen.js';
import { part } from './dom.js';
import * as memory from './memory.js';
import { connectNewPhone, openNewPhone } from './new-phone.js';
import { findCode, takePictures } from './pictures.js';
import { poll } from './poll.js';
import { drawMessages, drawPayments, forgetRecords, showBanner } from './records.js';
import { drawConfirm, drawHome, drawPaid, drawProblem, drawReading, drawScreen, focusScreen, showPinProblem } from './screens.js';
import { canCapture, captureTab } from './tab-capture.js';
import { clockTime, texts } from './texts.js';

const POLL_EVERY = 2000;
const PHONE_EVERY_ROUNDS = 3;
const PIN = /^[0-9]{4,6}$/;
const HOME = { name: 'home' };
const MAY_WORK_AGAIN = new Set(['NETWORK', 'SERVICE_UNAVAILABLE', 'INTERNAL']);

let phone = null; // as the server described it last
let shown = HOME; // the server's screen that is drawn
let turn = 0; // counts what the owner does; an answer to an earlier question is thrown away
let isBusy = false;
let repeat = null;
let stopWatching = () => {};

// What the phone shows

function draw() {
  stopWatching();
  stopWatching = () => {};
  shown = phone.screen;
  updatePhone(phone);
  const screen = memory.wasLeft(phone.phone_number, shown) ? HOME : shown;
  if (screen.name === 'confirm') {
    memory.rememberScan(screen);
    drawConfirm(phone, screen);
  } else if (screen.name === 'code') {
    stopWatching = watchCode(phone.phone_number, screen, () => refresh().catch(ignoreProblem));
  } else if (screen.name === 'refused') {
    drawScreen('refused');
  } else if (screen.name === 'paid') {
    drawPaid(screen);
  } else if (screen.name === 'expired') {
    drawProblem(texts.ended.expired);
  } else if (screen.name === 'error') {
    drawRefusal(screen);
  } else {
    drawHome(phone, canCapture);
  }
}

/** After a wrong PIN the same scan can be paid again. */
function drawRefusal(screen) {
  const scan = memory.findScan(screen.scan_id);
  if (!scan) return drawProblem(screen);
  drawConfirm(phone, scan);
  showPinProblem(screen.message, screen.hint);
}

async function refresh() {
  const asked = turn;
  const found = await api.getPhone(phone.phone_number);
  if (asked !== turn || isBusy) return;
  const isNew = JSON.stringify(found.screen) !== JSON.stringify(shown);
  const hasNewBalance = found.balance !== phone.balance;
  phone = found;
  updatePhone(phone);
  if (isNew || (hasNewBalance && part('screen').dataset.screen === 'home')) draw();
}

async function refreshPayments() {
  const asked = turn;
  const payments = await api.listPayments(phone.phone_number);
  if (asked === turn) drawPayments(payments);
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
  refreshPayments().catch(ignoreProblem);
}

function scan(read, picture) {
  if (isBusy || !phone) return;
  stopWatching();
  drawReading(picture);
  act(read);
}

const scanPicture = (picture) => scan((number) => api.scanPicture(number, picture), picture);
const scanText = (text) => scan((number) => api.scanText(number, text));

function pay(pin) {
  if (!PIN.test(pin)) return showPinProblem(texts.pin_missing);
  const { scan_id: scanId } = shown;
  part('pay').setAttribute('aria-busy', 'true');
  act(async (number) => {
    const { payment_id: payment } = await api.pay(number, scanId, pin);
    if (payment) memory.rememberScan({ scan_id: scanId, payment_id: payment });
  });
}

function refuse() {
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

function goHome() {
  memory.leaveScreen(phone.phone_number, phone.screen);
  draw();
  focusScreen();
}

const DEEDS = { 'refuse': refuse, 'capture': capture, 'home': goHome, 'again': () => (repeat ? act(repeat) : location.reload()), 'new-phone': openNewPhone };

function listen() {
  const screen = part('screen');
  screen.addEventListener('click', (event) => DEEDS[event.target.closest('[data-do]')?.dataset.do]?.());
  screen.addEventListener('submit', (event) => {
    event.preventDefault();
    event.stopPropagation();
    const fields = new FormData(event.target);
    if (event.target.dataset.form === 'pin') pay(fields.get('pin'));
    else if (fields.get('qr_text').trim()) scanText(fields.get('qr_text').trim());
  });
  part('new-phone').addEventListener('click', openNewPhone);
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
  drawScreen('loading');
  const [found, payments, messages] = await Promise.all([api.getPhone(number), api.listPayments(number), api.listMessages(number)]);
  if (mine !== turn) return;
  phone = found;
  if (!isOfNow(phone.screen, payments)) memory.leaveScreen(number, phone.screen);
  draw();
  drawPayments(payments);
  drawMessages(messages);
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
    const messages = await api.listMessages(phone.phone_number);
    const hasArrived = asked === turn && drawMessages(messages);
    if (hasArrived || isFull) await Promise.all([refresh(), refreshPayments()]);
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

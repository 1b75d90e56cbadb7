/** The phone's page: which phone is in hand, and keeping up with what comes to it. */
import * as api from './api.js';
import { connectApplication, openApplication } from './application.js';
import './bank.js';
import './camera-screen.js';
import { connectChooser, drawPhones, inOrder } from './chooser.js';
import { sandboxNow, syncClock } from './clock.js';
import { addDeeds, currentPhone, draw, hold, ignoreProblem, isOccupied, letGo, listen, refresh, refreshRecords, showProblem, watchTurn } from './device.js';
import { part } from './dom.js';
import { connectHistory, drawFirstPage } from './history.js';
import * as memory from './memory.js';
import { drawRequests } from './money.js';
import { closeNewPhone, connectNewPhone, openNewPhone } from './new-phone.js';
import { forgetNotifications, takeNotifications, waitingRequests } from './notifications.js';
import { scanPicture, scanText } from './paying.js';
import { findCode, takePictures } from './pictures.js';
import { poll } from './poll.js';
import { drawMessages, forgetRecords, showBanner } from './records.js';
import { drawScreen } from './screens.js';
import './sending.js';
import './statement.js';
import { clockTime, texts } from './texts.js';
import './wallet.js';

const POLL_EVERY = 1500;
const PHONE_EVERY_ROUNDS = 4;

async function choose(number) {
  const isSame = letGo();
  memory.rememberPhone(number);
  keepInAddress(number);
  forgetRecords();
  forgetNotifications();
  drawScreen('loading');
  const [found, wallet, history, messages, notifications] = await Promise.all([
    api.getPhone(number),
    api.getWallet(number),
    api.getHistory(number),
    api.listMessages(number),
    api.listNotifications(number),
  ]);
  if (!isSame()) return;
  hold(found, wallet);
  takeNotifications(notifications);
  if (!isOfNow(found.screen, history.payments)) memory.leaveScreen(number, found.screen);
  draw();
  drawFirstPage(history);
  drawMessages(messages);
  document.dispatchEvent(new CustomEvent('phone-chosen'));
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
  return screen.name === 'confirm' || screen.name === 'choose';
}

async function open(wanted) {
  const phones = inOrder(await api.listPhones());
  const found = [wanted, memory.chosenPhone()].find((number) => phones.some((one) => one.phone_number === number));
  const number = found ?? phones[0]?.phone_number;
  drawPhones(phones, number);
  if (number) await choose(number);
  else drawScreen('none');
}

function connect() {
  connectChooser((number) => choose(number).catch(showProblem));
  connectNewPhone(({ phone_number: number }) => open(number).catch(showProblem));
  connectApplication(open);
  addDeeds({ 'new-phone': openNewPhone });
  part('new-phone').addEventListener('click', openNewPhone);
  part('open-account').addEventListener('click', () => {
    closeNewPhone();
    openApplication();
  });
  connectHistory(() => currentPhone()?.phone_number, ignoreProblem);
  const onNothing = () => showBanner(texts.nothing_pasted, '');
  takePictures({ area: part('device'), onPicture: scanPicture, onText: scanText, onNothing });
  listen();
}

async function start() {
  const query = new URLSearchParams(location.search);
  part('phone-page').hidden = false;
  connect();
  drawScreen('loading');
  await syncClock();
  showTime();
  await open(query.get('phone'));
  const text = query.get('qr');
  if (text && currentPhone()) scanText(findCode(text) ?? text);
  poll(keepUp, POLL_EVERY);
}

async function keepUp(round) {
  const isFull = round % PHONE_EVERY_ROUNDS === 0;
  try {
    if (isFull) await syncClock();
    showTime();
    if (isOccupied()) return;
    const isSame = watchTurn();
    const notifications = await api.listNotifications(currentPhone().phone_number);
    const hasChanged = isSame() && takeNotifications(notifications);
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

start().catch(showProblem);

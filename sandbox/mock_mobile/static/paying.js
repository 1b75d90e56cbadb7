/** Reading a code, being asked for the PIN, the six digits, and how it ended. */
import { readDinars } from './amounts.js';
import * as api from './api.js';
import { hasCamera } from './camera.js';
import { drawChoices } from './choices.js';
import { watchCode } from './code-screen.js';
import { act, addDeeds, addForms, addPainters, currentWallet, ignoreProblem, isOccupied, keepRunning, refresh, shownScreen, stopRunning } from './device.js';
import { part } from './dom.js';
import * as memory from './memory.js';
import { drawRequests } from './money.js';
import { waitingRequests } from './notifications.js';
import { PIN } from './pin-pad.js';
import { drawAsked, drawConfirm, drawHome, drawPaid, drawProblem, drawReading, drawScreen, focusScreen, showPinProblem } from './screens.js';
import { canCapture, captureTab } from './tab-capture.js';
import { texts } from './texts.js';
import { drawApplication } from './application.js';
import { drawPinBlocked } from './unlock.js';

function scan(read, picture) {
  if (isOccupied()) return;
  stopRunning();
  drawReading(picture);
  act(read);
}

export const scanPicture = (picture) => scan((number) => api.scanPicture(number, picture), picture);
export const scanText = (text) => scan((number) => api.scanText(number, text));

function pay(form) {
  const { pin, amount: typed, note } = Object.fromEntries(new FormData(form));
  const { scan_id: scanId } = shownScreen();
  const amount = part('asked-amount').hidden ? undefined : readDinars(typed);
  if (amount === null) return showPinProblem(texts.fields.balance);
  if (!PIN.test(pin)) return showPinProblem(texts.pin_missing);
  part('pay').setAttribute('aria-busy', 'true');
  const kept = memory.findScan(scanId);
  if (kept) memory.rememberScan({ ...kept, wanted: typed, note });
  act(async (number) => {
    const { payment_id: payment } = await api.pay(number, scanId, pin, amount, note || undefined);
    if (payment) memory.rememberScan({ scan_id: scanId, payment_id: payment });
    document.dispatchEvent(new CustomEvent('phone-paid'));
  });
}

function refuse() {
  const screen = shownScreen();
  const scanId = screen.scan_id ?? memory.findScanOfPayment(screen.payment_id)?.scan_id;
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

/** After a wrong PIN the same scan can be paid again. */
function drawRefusal(screen, phone) {
  if (screen.code === 'PIN_BLOCKED') return drawPinBlocked();
  const kept = memory.findScan(screen.scan_id);
  if (!kept) return drawProblem(screen);
  drawConfirm(phone, kept, kept);
  showPinProblem(screen.message, screen.hint, screen.tries_left);
}

function drawScanned(screen, phone) {
  memory.rememberScan(screen);
  drawConfirm(phone, screen, memory.findScan(screen.scan_id));
}

function drawStart(_screen, phone) {
  if (currentWallet().status === 'none') return drawApplication();
  drawHome(phone, currentWallet(), canCapture, hasCamera);
  drawRequests(part('requests'), waitingRequests());
}

addPainters({
  none: () => drawScreen('none'),
  home: drawStart,
  confirm: drawScanned,
  choose: drawChoices,
  code: (screen, phone) => keepRunning(watchCode(phone.phone_number, screen, () => refresh().catch(ignoreProblem))),
  refused: () => drawScreen('refused'),
  asked: drawAsked,
  paid: drawPaid,
  expired: () => drawProblem(texts.ended.expired),
  error: drawRefusal,
});
addDeeds({ refuse, capture, choose: (target) => scanText(target.closest('[data-text]').dataset.text) });
addForms({ pin: pay, text: (form) => form.elements.qr_text.value.trim() && scanText(form.elements.qr_text.value.trim()) });


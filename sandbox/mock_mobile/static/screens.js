/** Draws what the phone shows: one <template> of the page a screen, filled in. */
import { fill, part } from './dom.js';
import { feel } from './haptics.js';
import { connectPad } from './pin-pad.js';
import { dinars, explain, phoneNumber, sentence, texts } from './texts.js';

const place = part('screen');

/** @returns {HTMLElement} the screen, drawn */
export function drawScreen(name, values = {}) {
  const hadFocus = place.contains(document.activeElement);
  place.replaceChildren(document.getElementById(`screen-${name}`).content.cloneNode(true));
  place.dataset.screen = name;
  fill(place, values);
  if (hadFocus) focusScreen();
  return place;
}

/** Moves the focus to what comes next, so that keyboard and screen reader go along. */
export function focusScreen() {
  const typed = part('amount-typed', place);
  (typed?.offsetParent && !typed.value ? typed : (part('pin', place) ?? place.querySelector('[data-focus]')))?.focus({ preventScroll: true });
}

export function drawHome(phone, wallet, canCapture, hasCamera) {
  const values = { name: phone.name, balance: dinars(phone.balance), number: phoneNumber(phone.phone_number) };
  const screen = drawScreen('home', values);
  part('capture', screen).hidden = !canCapture;
  part('scan', screen).hidden = !hasCamera;
  drawWalletAlert(wallet);
}

/** Why the wallet does not pay just now, and what to do about it. */
export function drawWalletAlert({ status, pin_tries_left: left }) {
  const alert = part('wallet-alert', place);
  const isPinBlocked = left === 0 && status !== 'closed';
  const message = isPinBlocked ? texts.pin_blocked : texts.wallet_alerts[status];
  alert.hidden = !message;
  part('unlock', alert).hidden = !isPinBlocked;
  fill(alert, { message });
}

/** @param {Blob} [picture] what is being read */
export function drawReading(picture) {
  const preview = drawScreen('reading').querySelector('img');
  if (!picture?.type.startsWith('image/')) return;
  preview.onload = () => URL.revokeObjectURL(preview.src);
  preview.src = URL.createObjectURL(picture);
  preview.hidden = false;
}

/** Who is paid, how much, and the PIN pad. `typed` is what was typed before: `wanted`, an amount in dinars, and `note`. */
export function drawConfirm(phone, scan, typed = {}) {
  const { merchant, description, reference, kind } = scan;
  const number = scan.phone_number && phoneNumber(scan.phone_number);
  const screen = drawScreen('confirm', { merchant, description, reference, number, amount: '' });
  const asksAmount = !scan.amount;
  part('asked-amount', screen).hidden = !asksAmount;
  for (const slot of screen.querySelectorAll('[data-slot="amount"]')) slot.replaceChildren(...(asksAmount ? [] : [dinars(scan.amount)]));
  preparePin(screen, phone, `${merchant}${asksAmount ? '' : `, ${dinars(scan.amount).textContent}`}`);
  if (asksAmount) part('amount-typed', screen).value = typed.wanted ?? '';
  part('asked-note', screen).hidden = kind !== 'person' && kind !== 'counter';
  part('note-typed', screen).value = typed.note ?? '';
  return screen;
}

/** Above its field stands what the PIN is for; screen readers are told with the field. */
export function preparePin(screen, phone, purpose) {
  fill(screen, { pin: phone.pin });
  const input = part('pin', screen);
  input.setAttribute('aria-label', `${screen.querySelector(`label[for="${input.id}"]`).textContent}, ${purpose}`);
  connectPad(screen.querySelector('form'), input);
}

/** Above the field, where the PIN can be tried again. */
export function showPinProblem(message, hint, left) {
  const alert = part('pin-problem', place);
  fill(alert, { problem: sentence(message), hint: left ? texts.tries_left.replace('{count}', left) : sentence(hint) });
  alert.hidden = false;
  feel('bad');
  const input = part('pin', place);
  input.value = '';
  input.setAttribute('aria-invalid', 'true');
  input.focus({ preventScroll: true });
}

/** @param {boolean} canRepeat whether the same request may work a second time */
export function drawProblem(problem, canRepeat = false) {
  const [message, hint] = explain(problem);
  const screen = drawScreen('error', { message, hint, code: problem.code });
  screen.querySelector('[data-do="again"]').hidden = !canRepeat;
  part('home', screen).classList.toggle('button-plain', canRepeat);
}

export function drawPaid({ merchant, amount }) {
  drawScreen('paid', { merchant, amount: dinars(amount) });
}

export function drawAsked({ merchant, amount }) {
  drawScreen('asked', { merchant, amount: dinars(amount) });
}

/** @param {string} message what has been done
 * @param {number} [amount] millimes */
export function drawDone(message, amount) {
  drawScreen('done', { message, amount: amount ? dinars(amount) : '' });
}

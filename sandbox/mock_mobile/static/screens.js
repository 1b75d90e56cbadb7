/** Draws what the phone shows: one <template> of the page a screen, filled in. */
import { fill, part } from './dom.js';
import { feel } from './haptics.js';
import { connectPad } from './pin-pad.js';
import { dinars, explain, phoneNumber, sentence } from './texts.js';

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

export function drawHome(phone, canCapture, hasCamera) {
  const values = { name: phone.name, balance: dinars(phone.balance), number: phoneNumber(phone.phone_number) };
  const screen = drawScreen('home', values);
  part('capture', screen).hidden = !canCapture;
  part('scan', screen).hidden = !hasCamera;
}

/** @param {Blob} [picture] what is being read */
export function drawReading(picture) {
  const preview = drawScreen('reading').querySelector('img');
  if (!picture?.type.startsWith('image/')) return;
  preview.onload = () => URL.revokeObjectURL(preview.src);
  preview.src = URL.createObjectURL(picture);
  preview.hidden = false;
}

/** Who is paid, how much, and the PIN pad. `wanted` is an amount in dinars that was typed before. */
export function drawConfirm(phone, scan, wanted = '') {
  const { merchant, description, reference } = scan;
  const number = scan.phone_number && phoneNumber(scan.phone_number);
  const screen = drawScreen('confirm', { merchant, description, reference, number, amount: '', pin: phone.pin });
  const asksAmount = !scan.amount;
  part('asked-amount', screen).hidden = !asksAmount;
  for (const slot of screen.querySelectorAll('[data-slot="amount"]')) slot.replaceChildren(...(asksAmount ? [] : [dinars(scan.amount)]));
  const input = part('pin', screen);
  input.setAttribute('aria-label', `${screen.querySelector('label').textContent}, ${merchant}${asksAmount ? '' : `, ${dinars(scan.amount).textContent}`}`);
  connectPad(screen.querySelector('form'), input);
  if (asksAmount) part('amount-typed', screen).value = wanted;
}

/** Below the amount, where the PIN can be tried again. */
export function showPinProblem(message, hint) {
  const alert = part('pin-problem', place);
  fill(alert, { problem: sentence(message), hint: sentence(hint) });
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

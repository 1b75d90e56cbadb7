/** Draws what the phone shows: one <template> of the page a screen, filled in. */
import { fill, part } from './dom.js';
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
  (part('pin', place) ?? place.querySelector('[data-focus]'))?.focus({ preventScroll: true });
}

export function drawHome(phone, canCapture) {
  const values = { name: phone.name, balance: dinars(phone.balance), number: phoneNumber(phone.phone_number) };
  part('capture', drawScreen('home', values)).hidden = !canCapture;
}

/** @param {Blob} [picture] what is being read */
export function drawReading(picture) {
  const preview = drawScreen('reading').querySelector('img');
  if (!picture?.type.startsWith('image/')) return;
  preview.onload = () => URL.revokeObjectURL(preview.src);
  preview.src = URL.createObjectURL(picture);
  preview.hidden = false;
}

/** Merchant, amount and the PIN pad. */
export function drawConfirm(phone, scan) {
  const { merchant, description, reference } = scan;
  const screen = drawScreen('confirm', { merchant, description, reference, amount: '', pin: phone.pin });
  for (const slot of screen.querySelectorAll('[data-slot="amount"]')) slot.replaceChildren(dinars(scan.amount));
  const input = part('pin', screen);
  input.setAttribute('aria-label', `${screen.querySelector('label').textContent}, ${merchant}, ${dinars(scan.amount).textContent}`);
  connectPad(screen.querySelector('form'), input);
}

/** Below the amount, where the PIN can be tried again. */
export function showPinProblem(message, hint) {
  const alert = part('pin-problem', place);
  fill(alert, { problem: sentence(message), hint: sentence(hint) });
  alert.hidden = false;
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

/** The forms that send money to a number and ask for it, and the list of requests on the home screen. */
import { readDinars } from './amounts.js';
import { element, fill, part } from './dom.js';
import { sentenceOf } from './notifications.js';
import { drawScreen } from './screens.js';
import { sentence, texts } from './texts.js';

/** @param {{to?: string, amount?: string}} typed what was there already */
export function drawMoneyForm(name, typed = {}) {
  const screen = drawScreen(name);
  for (const [field, value] of Object.entries(typed)) if (value) screen.querySelector('form').elements[field].value = value;
  return screen;
}

/** @returns {{to: string, amount: number, note: string} | null} null when a field is wrong, which is said beside it */
export function readMoneyForm(form) {
  const { to, amount, note } = Object.fromEntries(new FormData(form));
  if (to.replace(/[^0-9]/g, '').length < 8) return showFieldProblem(form, 'to', texts.fields.phone_number);
  const millimes = readDinars(amount);
  if (millimes === null) return showFieldProblem(form, 'amount', texts.fields.balance);
  return { to: to.trim(), amount: millimes, note: note?.trim() ?? '' };
}

/** Above the fields; the wrong one gets the focus. */
export function showFieldProblem(form, field, message, hint) {
  const alert = part('form-problem', form);
  fill(alert, { problem: sentence(message), hint: sentence(hint) });
  alert.hidden = false;
  for (const input of form.elements) input.removeAttribute('aria-invalid');
  const input = form.elements[field];
  input?.setAttribute('aria-invalid', 'true');
  input?.focus();
  return null;
}

/** Whoever asks this phone for money, each with a button to answer. */
export function drawRequests(place, requests) {
  place.replaceChildren(...requests.map(drawRequest));
  place.hidden = requests.length === 0;
}

function drawRequest(request) {
  const id = request.id.replace('request:', '');
  return element(
    'li',
    { class: 'ask', 'data-part': 'request', 'data-request': id },
    element('p', {}, ...sentenceOf(request)),
    request.text ? element('p', { class: 'small quiet', dir: 'auto' }, request.text) : null,
    element('button', { class: 'button button-small', type: 'button', 'data-do': 'answer' }, texts.answer),
  );
}

/** The forms that send money to a number and ask for it, and the list of requests on the home screen. */
import { readDinars } from './amounts.js';
import { element } from './dom.js';
import { showFormProblem } from './forms.js';
import { sentenceOf } from './notifications.js';
import { texts } from './texts.js';

/** @returns {{to: string, amount: number, note: string} | null} null when a field is wrong, which is said beside it */
export function readMoneyForm(form) {
  const { to, amount, note } = Object.fromEntries(new FormData(form));
  if (to.replace(/[^0-9]/g, '').length < 8) return showFormProblem(form, { field: 'to', message: texts.fields.phone_number });
  const millimes = readDinars(amount);
  if (millimes === null) return showFormProblem(form, { field: 'amount', message: texts.fields.balance });
  return { to: to.trim(), amount: millimes, note: note?.trim() ?? '' };
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

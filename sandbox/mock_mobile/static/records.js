/** The phone's SMS and its payments, and a banner for a message that has just arrived. */
import { element, part } from './dom.js';
import { dinars, moment, texts } from './texts.js';

const TONES = { executed: 'good', refused: 'bad', expired: '', cancelled: '', prepared: 'info', verified: 'info' };
const BANNER_SHOWN = 6000;
const drawn = { messages: '', history: '' };
let newest = null;
let timer;

/** Another phone was chosen: nothing on it is new. */
export function forgetRecords() {
  newest = null;
  part('banner').replaceChildren();
}

/** @returns {boolean} whether a message has arrived since the last call for this phone */
export function drawMessages(messages) {
  draw('messages', messages, drawMessage);
  const latest = messages[0]?.id ?? 0;
  const hasArrived = newest !== null && latest > newest;
  newest = latest;
  if (hasArrived) showBanner(messages[0].text);
  return hasArrived;
}

export function drawPayments(payments) {
  draw('history', payments, drawPayment);
}

function draw(name, records, drawOne) {
  const now = JSON.stringify(records);
  if (now === drawn[name]) return;
  drawn[name] = now;
  part(name).replaceChildren(...records.map(drawOne));
  part(`no-${name}`).hidden = records.length > 0;
}

function drawMessage({ id, text, sent_at: sentAt }) {
  return element(
    'li',
    { 'data-part': 'message', 'data-id': id },
    element('p', { dir: 'auto', class: 'bubble' }, text),
    element('p', { class: 'small quiet' }, moment(sentAt)),
  );
}

function drawPayment(payment) {
  const state = texts.states[payment.state] ?? payment.state;
  const tone = TONES[payment.state];
  const name = payment.merchant ?? payment.merchant_name ?? payment.reference ?? texts.payment;
  return element(
    'li',
    { class: 'record-row', 'data-part': 'payment', 'data-id': payment.id, 'data-state': payment.state },
    element('p', { class: 'record-name' }, element('bdi', {}, name)),
    element('p', { class: 'record-amount' }, dinars(payment.amount)),
    element('p', { class: 'small quiet' }, moment(payment.created_at)),
    element('p', {}, element('span', { class: `pill${tone ? ` is-${tone}` : ''}` }, state)),
    payment.reason in texts.reasons ? element('p', { class: 'small quiet record-reason' }, texts.reasons[payment.reason]) : null,
  );
}

export function showBanner(text, title = texts.new_message) {
  const words = [element('strong', {}, title), element('span', { dir: 'auto' }, text)];
  part('banner').replaceChildren(element('p', {}, ...words));
  clearTimeout(timer);
  timer = setTimeout(() => part('banner').replaceChildren(), BANNER_SHOWN);
}

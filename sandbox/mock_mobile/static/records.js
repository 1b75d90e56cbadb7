/** The phone's SMS and its payments, and a banner for a message that has just arrived. */
import { element, part } from './dom.js';
import { dinars, moment, texts } from './texts.js';

const TONES = { executed: 'good', refused: 'bad', expired: '', cancelled: '', prepared: 'info', verified: 'info' };
const BANNER_SHOWN = 6000;
const drawn = { messages: '', history: '' };
let timer;

/** Another phone was chosen: nothing on it is new. */
export function forgetRecords() {
  part('banner').replaceChildren();
}

export function drawMessages(messages) {
  draw('messages', messages, drawMessage);
}

/** @param {object[]} lines of the history; the first page replaces what is there, further ones come below */
export function drawHistory(lines, isFirst = true) {
  if (isFirst) draw('history', lines, drawLine);
  else part('history').append(...lines.map(drawLine));
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
    element('p', { dir: directionOf(text), class: 'bubble' }, text),
    element('p', { class: 'small quiet' }, moment(sentAt)),
  );
}

/** Every SMS begins with a Latin word, so its first letter does not tell. */
const directionOf = (text) => (/[\u0600-\u06ff]/.test(text) ? 'rtl' : 'auto');

function drawLine(line) {
  const isDone = line.state === 'executed';
  const tone = TONES[line.state];
  const state = isDone ? texts.history_kinds[line.kind] : (texts.states[line.state] ?? line.state);
  return element(
    'li',
    { class: 'record-row', 'data-part': 'payment', 'data-id': line.reference_id, 'data-state': line.state, 'data-direction': line.direction },
    element('p', { class: 'record-name' }, element('bdi', {}, line.counterparty ?? texts.history_kinds[line.kind])),
    element('p', { class: `record-amount is-${line.direction}` }, dinars(line.amount, line.direction === 'in' ? '+' : '−')),
    element('p', { class: 'small quiet' }, moment(line.at)),
    element('p', {}, element('span', { class: `pill${tone ? ` is-${tone}` : ''}` }, state)),
    line.note || line.reference ? element('p', { class: 'small quiet record-reason', dir: 'auto' }, line.note ?? line.reference) : null,
  );
}

/** @param {string | Node | Array<string | Node>} text */
export function showBanner(text, title = texts.new_message) {
  const words = [element('strong', {}, title), element('span', { dir: typeof text === 'string' ? directionOf(text) : 'auto' }, ...[text].flat())];
  part('banner').replaceChildren(element('p', {}, ...words));
  clearTimeout(timer);
  timer = setTimeout(() => part('banner').replaceChildren(), BANNER_SHOWN);
}

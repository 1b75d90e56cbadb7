/** What has come to the phone since it was looked at last, and the requests that wait for an answer. */
import { element } from './dom.js';
import { feel } from './haptics.js';
import { showBanner } from './records.js';
import { dinars, fillIn, texts } from './texts.js';

let known = null;
let newest = '';
let waiting = [];

/** Another phone was chosen: nothing on it is new. */
export function forgetNotifications() {
  known = null;
  newest = '';
  waiting = [];
}

/** @returns {boolean} whether something has come, or a request was answered, since the last call for this phone */
export function takeNotifications(notifications) {
  const fresh = known ? notifications.filter(({ id, at }) => !known.has(id) && at >= newest) : [];
  const asked = notifications.filter(({ kind }) => kind === 'request');
  const hasChanged = fresh.length > 0 || asked.length !== waiting.length;
  known = new Set(notifications.map(({ id }) => id));
  newest = notifications[0]?.at ?? newest;
  waiting = asked;
  const [told] = [...fresh].sort((one, other) => RANK[one.kind] - RANK[other.kind]);
  if (told) tell(told);
  return hasChanged;
}

export const waitingRequests = () => waiting;
export const findRequest = (id) => waiting.find((request) => request.id === `request:${id}`);

/** A request says it best, then the SMS; a payment comes with an SMS a moment later. */
const RANK = { request: 0, sms: 1, payment: 2 };

function tell({ kind, text, name, amount, direction }) {
  feel('news');
  if (kind === 'sms') return showBanner(text);
  if (kind === 'request') return showBanner(sentenceOf({ name, amount }), texts.new_request);
  if (direction === 'in') showBanner(dinars(amount), texts.money_came);
}

export function sentenceOf({ name, amount }) {
  return fillIn(texts.asks_for, { name: element('bdi', {}, name), amount: dinars(amount) });
}

/** The phone's JSON API, relative to the page (CONTRACT.md, section 5). */
import { texts } from './texts.js';

const LONGEST_WAIT = 20_000;

/** What the server said went wrong: code, message, hint, and the field if there is one. */
export class Problem extends Error {
  constructor({ code, message, hint, field, ...details }) {
    super(message);
    Object.assign(this, { code, hint, field, ...details });
  }
}

/** What the page asks for again and again stays out of the journal. */
function background(method = 'GET') {
  return method === 'GET' ? { 'Sandbox-Trace': 'background' } : {};
}

async function call(path, { headers, ...options } = {}) {
  let answer;
  try {
    const response = await fetch(new URL(path, document.baseURI), {
      ...options,
      headers: { Accept: 'application/json', ...background(options.method), ...headers },
      signal: AbortSignal.timeout(LONGEST_WAIT),
    });
    answer = await response.json();
    if (response.ok) return answer;
  } catch {
    throw new Problem({ code: 'NETWORK', ...texts.network });
  }
  throw new Problem(answer.error ?? { code: 'NETWORK', ...texts.network });
}

function send(path, fields) {
  return call(path, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(fields) });
}

const remove = (path) => call(path, { method: 'DELETE' });
const phonePath = (number) => `phones/${encodeURIComponent(number)}`;

export const listPhones = async () => (await call('phones')).phones;
export const addPhone = (phone) => send('phones', phone);
export const getPhone = (number) => call(phonePath(number));
export const listMessages = async (number) => (await call(`${phonePath(number)}/messages`)).messages;
export const listNotifications = async (number) => (await call(`${phonePath(number)}/notifications`)).data;
export const listPayments = async (number) => (await getHistory(number)).payments;

/** @param {{search?: string, after?: string}} [wanted] */
export function getHistory(number, wanted = {}) {
  const query = new URLSearchParams(Object.entries(wanted).filter(([, value]) => value));
  return call(`${phonePath(number)}/history?${query}`);
}

export const scanText = (number, text) => send(`${phonePath(number)}/scan`, { qr_text: text });
export const pay = (number, scan, pin, amount, note) => send(`${phonePath(number)}/pay`, { scan_id: scan, pin, amount, note });
export const ask = (number, from, amount, note, key) => send(`${phonePath(number)}/requests`, { from, amount, note, idempotency_key: key });
export const approve = (number, request, pin) => send(`${phonePath(number)}/requests/${encodeURIComponent(request)}/approve`, { pin });
export const refuseRequest = (number, request) => send(`${phonePath(number)}/requests/${encodeURIComponent(request)}/refuse`, {});
export const refuse = (number, scan) => send(`${phonePath(number)}/refuse`, { scan_id: scan });
/** A step of another way to pay, such as `app/open`. */
export const takeStep = (number, step, fields) => send(`${phonePath(number)}/methods/${step}`, fields);

export const getWallet = (number) => call(`${phonePath(number)}/wallet`);
export const changePin = (number, oldPin, newPin) => send(`${phonePath(number)}/pin`, { old_pin: oldPin, new_pin: newPin });
export const startUnlock = (number) => send(`${phonePath(number)}/unlock`, {});
export const confirmUnlock = (number, fields) => send(`${phonePath(number)}/unlock/confirm`, fields);
export const listBanks = async (number) => (await call(`${phonePath(number)}/banks`)).banks;
export const linkBank = (number, rib) => send(`${phonePath(number)}/bank`, { rib });
export const openBank = (number, bank) => send(`${phonePath(number)}/bank/open`, { bank });
export const unlinkBank = (number) => remove(`${phonePath(number)}/bank`);
/** @param {'top-ups' | 'withdrawals'} direction */
export const moveMoney = (number, direction, fields) => send(`${phonePath(number)}/${direction}`, fields);
export const closeWallet = (number, pin) => send(`${phonePath(number)}/close`, { pin });
export const getStatement = (number, query) => call(`${phonePath(number)}/statement?${new URLSearchParams(query)}`);
export const statementFile = (number, query) => `${phonePath(number)}/statement.csv?${new URLSearchParams(query)}`;
export const startApplication = (number, wanted) => send(`${phonePath(number)}/application`, wanted);
export const takeApplicationStep = (number, step, fields) => send(`${phonePath(number)}/application/${step}`, fields);
export const sendCard = (number, picture) => sendPicture(`${phonePath(number)}/application/card`, picture);
export const getClock = () => call('../_sandbox/clock');

/**
 * @param {Blob} picture
 * @param {boolean} [isLive] one of many frames: that it holds no code is no event
 */
export function scanPicture(number, picture, isLive = false) {
  return sendPicture(`${phonePath(number)}/scan${isLive ? '?live=1' : ''}`, picture);
}

function sendPicture(path, picture) {
  const body = new FormData();
  body.append('image', picture, picture.name || 'picture.png');
  return call(path, { method: 'POST', body });
}

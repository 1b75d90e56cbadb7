/** The phone's JSON API, relative to the page (CONTRACT.md, section 5). */
import { texts } from './texts.js';

const LONGEST_WAIT = 20_000;

/** What the server said went wrong: code, message, hint, and the field if there is one. */
export class Problem extends Error {
  constructor({ code, message, hint, field }) {
    super(message);
    Object.assign(this, { code, hint, field });
  }
}

async function call(path, options = {}) {
  let answer;
  try {
    const response = await fetch(new URL(path, document.baseURI), {
      headers: { Accept: 'application/json', ...options.headers },
      signal: AbortSignal.timeout(LONGEST_WAIT),
      ...options,
    });
    answer = await response.json();
    if (response.ok) return answer;
  } catch {
    throw new Problem({ code: 'NETWORK', ...texts.network });
  }
  throw new Problem(answer.error ?? { code: 'NETWORK', ...texts.network });
}

function send(path, fields) {
  const headers = { 'Content-Type': 'application/json', Accept: 'application/json' };
  return call(path, { method: 'POST', headers, body: JSON.stringify(fields) });
}

const of = (number) => `phones/${encodeURIComponent(number)}`;

export const listPhones = async () => (await call('phones')).phones;
export const addPhone = (phone) => send('phones', phone);
export const getPhone = (number) => call(of(number));
export const listMessages = async (number) => (await call(`${of(number)}/messages`)).messages;
export const listPayments = async (number) => (await call(`${of(number)}/history`)).payments;
export const scanText = (number, text) => send(`${of(number)}/scan`, { qr_text: text });
export const pay = (number, scan, pin) => send(`${of(number)}/pay`, { scan_id: scan, pin });
export const refuse = (number, scan) => send(`${of(number)}/refuse`, { scan_id: scan });
export const getClock = () => call('../_sandbox/clock');

/** @param {Blob} picture */
export function scanPicture(number, picture) {
  const body = new FormData();
  body.append('image', picture, picture.name || 'picture.png');
  return call(`${of(number)}/scan`, { method: 'POST', body });
}

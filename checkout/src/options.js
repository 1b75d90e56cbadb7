/** Checks what the merchant asked for, before anything is drawn or sent. */
import { element } from './element.js';
import { chooseLanguage } from './messages/index.js';
import { normaliseAmount } from './money.js';
import { QrPayloadBuilder } from './qr-payload.js';

const WEB_ADDRESS = /^https?:\/\/./;
const LONGEST_ID = 64;
const SOME_SESSION = 'x'.repeat(22);

/**
 * @param {Partial<import('./checkout.js').CheckoutOptions>} options
 * @returns {{form: HTMLFormElement, base: string, wanted: object, problem: string | undefined}} problem names the first
 *   attribute that is wrong
 */
export function readOptions({ form, base, ...given }) {
  const wanted = {};
  for (const name of ['app', 'id', 'name', 'description', 'image']) wanted[name] = String(given[name] ?? '').trim();
  wanted.amount = normaliseAmount(given.amount);
  wanted.language = chooseLanguage(given.language, document.documentElement.lang);
  if (wanted.image) wanted.image = absoluteUrl(wanted.image);
  const origin = String(base ?? '').replace(/\/+$/, '');
  return { form, base: origin, wanted, problem: findProblem(form, origin, wanted) };
}

/** Whatever is never cut from the QR text must fit; only the id can be long enough not to. */
function findProblem(form, base, { app, amount, id, image }) {
  const hasGoodId = [...id].length <= LONGEST_ID && QrPayloadBuilder.fits({ app, amount, id, session: SOME_SESSION });
  const rules = {
    src: WEB_ADDRESS.test(base),
    '<form>': form instanceof HTMLFormElement,
    app,
    'data-amount': amount,
    'data-id': hasGoodId,
    'data-image': !image || WEB_ADDRESS.test(image),
  };
  return Object.keys(rules).find((name) => !rules[name]);
}

/** Resolved as the page would resolve it. */
function absoluteUrl(image) {
  return element('a', { href: image }).href;
}

/** Checks what the merchant asked for, before anything is drawn or sent. */
import { element } from './element.js';
import { chooseLanguage } from './messages/index.js';
import { normaliseAmount } from './money.js';

const WEB_ADDRESS = /^https?:\/\/./;
const TOKEN = /^[\w.:-]{1,64}$/;
const ID = /^\P{Cc}{0,64}$/u;
const LONGEST_IMAGE = 500;
/** In characters; what is longer is cut. */
const LONGEST = { name: 80, description: 500 };

/**
 * @param {Partial<import('./checkout.js').CheckoutOptions>} options
 * @returns {{form: HTMLFormElement, base: string, wanted: object, problem: string | undefined}} problem names the first
 *   attribute that is wrong
 */
export function readOptions({ form, base, methods, ...given }) {
  const wanted = {};
  for (const name of ['app', 'id', 'name', 'description', 'image']) {
    wanted[name] = [...String(given[name] ?? '').trim()].slice(0, LONGEST[name]).join('');
  }
  for (const name of ['items', 'customer']) wanted[name] = asText(given[name]);
  wanted.amount = normaliseAmount(given.amount);
  wanted.language = chooseLanguage(given.language, document.documentElement.lang);
  wanted.image = wanted.image && pictureUrl(wanted.image);
  const origin = String(base ?? '').replace(/\/+$/, '');
  return { form, base: origin, methods, wanted, problem: findProblem(form, origin, wanted) };
}

/** Passed on untouched: the sandbox reads it, and leaves out what it cannot read. */
function asText(value) {
  return !value || typeof value === 'string' ? value : JSON.stringify(value);
}

/** What the sandbox would refuse is told to the developer here, not to the shopper later. */
function findProblem(form, base, { app, amount, id }) {
  const rules = {
    src: WEB_ADDRESS.test(base),
    '<form>': form instanceof HTMLFormElement,
    app: TOKEN.test(app),
    'data-amount': amount,
    'data-id': ID.test(id),
  };
  return Object.keys(rules).find((name) => !rules[name]);
}

/** Resolved as the page would resolve it; a picture that cannot be shown is none. */
function pictureUrl(image) {
  const { href } = element('a', { href: image });
  return WEB_ADDRESS.test(href) && href.length <= LONGEST_IMAGE ? href : '';
}

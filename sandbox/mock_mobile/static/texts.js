/** The page's texts in its language, and how amounts, moments and problems read in it. */
import { element } from './dom.js';

export const texts = JSON.parse(document.getElementById('texts').textContent);

const LOCALES = { fr: 'fr-TN', ar: 'ar-TN-u-nu-latn', en: 'en-GB' };
const locale = LOCALES[texts.language] ?? 'en-GB';
const inTunis = (options) => new Intl.DateTimeFormat(locale, { timeZone: 'Africa/Tunis', ...options });
const timeOfDay = inTunis({ hour: '2-digit', minute: '2-digit', hour12: false });
const dayAndTime = inTunis({ day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit', hour12: false });

const known = Object.fromEntries(texts.sentences.map((sentence, index) => [sentence, texts.translations[index]]));

const own = new Set([...Object.values(known), ...Object.values(texts.fields)]);
for (const { message, hint } of [texts.network, texts.capture_failed, texts.camera_failed, ...Object.values(texts.ended)]) own.add(message).add(hint);

/**
 * @param {number} millimes
 * @param {string} [sign] plus or minus, where it tells the direction
 */
export function dinars(millimes, sign = '') {
  const [whole, rest] = (millimes / 1000).toFixed(3).split('.');
  const grouped = whole.length >= 5 ? whole.replace(/\B(?=(\d{3})+$)/g, '\u202f') : whole;
  const direction = texts.language === 'ar' ? 'rtl' : 'ltr';
  return element('bdi', { class: 'money', dir: direction }, texts.zero.replace('0.000', `${sign && `\u200e${sign}`}${grouped}.${rest}`));
}

export function phoneNumber(number) {
  return element('bdi', { class: 'phone', dir: 'ltr' }, `+216 ${number.slice(0, 2)} ${number.slice(2, 5)} ${number.slice(5)}`);
}

/** A sentence with {name} and {amount} in it becomes a list of texts and elements. */
export function fillIn(template, values) {
  return template.split(/\{(\w+)\}/).map((piece, index) => (index % 2 ? values[piece] : piece));
}

/** @param {string[]} words */
export const listed = (words) => new Intl.ListFormat(locale).format(words);

export function clockTime(milliseconds) {
  return timeOfDay.format(milliseconds);
}

export function moment(iso) {
  return element('time', { datetime: iso }, dayAndTime.format(new Date(iso)));
}

/** A sentence of the server's; one without a translation stays English, and says so to screen readers. */
export function sentence(text) {
  if (!text || isReadable(text)) return known[text] ?? text;
  return element('span', { lang: 'en', dir: 'ltr' }, text);
}

/** Message and hint of a problem. Where the message names details, which are English, it stands below the kind of problem. */
export function explain({ code, message, hint }) {
  if (isReadable(message) || !(code in texts.kinds)) return [sentence(message), sentence(hint)];
  return [texts.kinds[code], sentence(message)];
}

function isReadable(text) {
  return texts.language === 'en' || text in known || own.has(text);
}

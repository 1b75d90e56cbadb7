/** Amounts: integer millimes inside, dinars with three decimals in front of people (1 TND = 1000). */

const TOLERANCE = 0.001;
const LARGEST = 10_000_000;
const CURRENCY = { fr: 'DT', en: 'DT', ar: 'د.ت' };

/**
 * Reads an amount as it is plainly meant: "30500", 30500 and 64099.99999999999 (64.1 × 1000) are whole millimes.
 * @param {unknown} value
 * @returns {number | null} millimes, null when it is not a whole number from 1 to 10 000 000
 */
export function normaliseAmount(value) {
  const written = String(value ?? '').trim();
  if (!/^\d+(\.\d+)?$/.test(written)) return null;
  const whole = Math.round(Number(written));
  const isWhole = Math.abs(Number(written) - whole) <= TOLERANCE;
  return isWhole && whole > 0 && whole <= LARGEST ? whole : null;
}

/**
 * @param {number} amount millimes
 * @param {'fr'|'ar'|'en'} language
 * @returns {string} "12.500 DT", digits Latin in every language
 */
export function formatAmount(amount, language) {
  const millimes = String(amount % 1000).padStart(3, '0');
  return `${Math.floor(amount / 1000)}.${millimes}\u00a0${CURRENCY[language]}`;
}

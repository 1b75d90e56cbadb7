/** Amounts as people type them: dinars, with a comma or a point. */

const DINARS = /^\d{1,6}(?:[.,]\d{1,3})?$/;

/** @returns {number | null} millimes; null when this is no amount above zero */
export function readDinars(text) {
  const typed = text.trim();
  if (!DINARS.test(typed)) return null;
  return Math.round(Number(typed.replace(',', '.')) * 1000) || null;
}

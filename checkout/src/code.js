/** The six-digit code as people type and paste it. */

export const CODE_LENGTH = 6;

const EASTERN_DIGITS = /[\u0660-\u0669\u06f0-\u06f9]/g;

/**
 * Keeps the first six digits: "123 456", "123-456" and "١٢٣٤٥٦" all become "123456".
 * @param {string} text
 * @returns {string} at most six Latin digits
 */
export function normaliseCode(text) {
  const latin = text.replace(EASTERN_DIGITS, (digit) => String(digit.charCodeAt(0) & 0xf));
  return latin.replace(/\D/g, '').slice(0, CODE_LENGTH);
}

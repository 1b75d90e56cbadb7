/**
 * Messages as the bundle carries them: the texts of one language in the order of the keys, a line each. The Arabic letters,
 * which take six bytes each in a file that is plain ASCII, are moved down to Latin ones, and what is Latin stands in braces.
 * src/messages/packed.js takes it apart again.
 */
import { ARABIC, MOVED } from './src/messages/packed.js';

/**
 * @param {Record<string, string | string[]>} messages
 * @param {string[]} keys
 * @returns {string}
 */
export function packMessages(messages, keys) {
  const lines = keys.map((key) => [messages[key]].flat().join('|')).join('\n');
  if (!/[\u0621-\u064a]/.test(lines)) return lines;
  return `{}${lines.replace(/[A-Za-r?,]+/g, '{$&}').replace(ARABIC, (letter) => String.fromCharCode(letter.charCodeAt(0) - MOVED))}`;
}

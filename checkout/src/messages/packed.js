/** Takes messages apart that were packed for the bundle (../../pack-messages.js). */

/** From the Arabic letters and marks, and the comma and question mark among them, to letters of ASCII. */
export const MOVED = 0x5e0;
export const ARABIC = /[\u060c\u061f\u0621-\u0652]/g;

/** The build puts the keys of the messages here. */
const KEYS = 'KEYS';

/**
 * @param {string} packed
 * @param {string[]} [keys]
 */
export function unpackMessages(packed, keys = KEYS.split(' ')) {
  const moveBack = (letter, latin) => latin ?? String.fromCharCode(letter.charCodeAt(0) + MOVED);
  const lines = packed.replace(packed[0] === '{' && /\{(.*?)\}|[A-r?,]/g, moveBack).split('\n');
  return Object.fromEntries(keys.map((key, line) => [key, key === 'steps' ? lines[line].split('|') : lines[line]]));
}

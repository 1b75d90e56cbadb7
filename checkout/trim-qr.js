/**
 * Takes out of lean-qr, which is pinned, what the payment form never needs: its drawing (methods/qr.js draws from `get`),
 * its checks of arguments, and the sizes above version 15, whose 412 bytes hold the longest text (qr-payload.js).
 */

const BYTES_A_VERSION = 4;
const LARGEST_VERSION = 15;

const CUTS = [
  [/,u\(o,\{on:.*?r\.putImageData\(e,0,0\)\}/s, ''],
  [/,\{minCorrectionLevel:r=0,minVersion:l=1\}=\{\}/, ',{minCorrectionLevel:r}'],
  [/let e=l;e<41/, 'let e=1;e<16'],
  [/"string"!=typeof t&&n\(5\),/, ''],
  [/n=t=>\{const o=new Error\(`lean-qr error \$\{t\}`\);throw o\.code=t,o\}/, 'n=()=>{}'],
  [/"(\*-04[^"]*)"/, (_, table) => JSON.stringify(JSON.parse(`"${table}"`).slice(0, BYTES_A_VERSION * LARGEST_VERSION))],
];

/**
 * @param {string} source of lean-qr/nano
 * @returns {string}
 * @throws when lean-qr is no longer what the cuts were made for
 */
export function trimQr(source) {
  return CUTS.reduce((text, [pattern, replacement]) => {
    if (!pattern.test(text)) throw new Error(`trim-qr.js no longer fits lean-qr: ${pattern}`);
    return text.replace(pattern, replacement);
  }, source);
}

/**
 * The table of ways to pay. Each file in methods/ adds its own, and so may a page, with FlouciCheckout.addMethod:
 * nothing else in the script knows their names.
 *
 * @typedef {object} MethodDetails
 * @property {object} session what the sandbox answered
 * @property {object} wanted what the merchant asked for
 * @property {object} messages
 * @property {string} base where the sandbox lives
 * @property {string} text what the QR code says, which is the deep link too
 * @property {(name: string, fields: object) => Promise<object | undefined>} step takes a step of this way to pay at the
 *   sandbox; nothing when it was refused, and then the shopper is told why
 * @property {Element} tools is in sight while the code is typed; empty until a way to pay puts something there
 *
 * @typedef {object} PaymentMethod
 * @property {string} name as data-methods and the sandbox know it
 * @property {(messages: object) => string} [label] of its tab; a way without one is always in sight
 * @property {(details: MethodDetails) => Element} draw draws itself for one session
 */

/** @type {Map<string, PaymentMethod>} */
const known = new Map();

/** @param {PaymentMethod} method takes the place of one of the same name */
export function addMethod(method) {
  known.set(method.name, method);
}

/**
 * @param {string} [wish] names in order, with commas; a name that is not known is told to the developer and left out
 * @returns {PaymentMethod[]} all of them without a wish; never only what cannot be seen everywhere
 */
export function chooseMethods(wish) {
  const chosen = new Set();
  for (const name of (wish ?? '').split(/[\s,]+/)) {
    const method = known.get(name);
    if (method) chosen.add(method);
    else if (name) console.warn('Flouci Sandbox:', 'data-methods', name);
  }
  if (!chosen.size) return [...known.values()];
  if (![...chosen].some(({ label }) => label)) chosen.add(known.get('qr'));
  return [...chosen];
}

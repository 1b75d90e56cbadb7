/** The merchant's script tags: which are ours, where the sandbox is, and what they ask for (contract, section 1). */

const SRC = /^(https?:.*)\/static\/main\.js(?:[?#].*)?$/;

/**
 * Lists the tags that ask for a button. A bare tag of this script only loads the class.
 * @param {Element | null} [current] the running tag, ours whatever its file is called
 * @returns {HTMLScriptElement[]} in page order
 */
export function findTags(current) {
  const asking = document.querySelectorAll('script[app], script[data-amount], script.flouci-button');
  return [...asking].filter((tag) => tag === current || baseOf(tag));
}

/**
 * @param {Element | null} current the running tag, null in a module
 * @returns {string} where this script came from, '' when no tag tells
 */
export function findBase(current) {
  return [current, ...document.scripts].map(baseOf).find(Boolean);
}

/** @returns {string | undefined} the URL in front of /static/main.js */
function baseOf(tag) {
  return SRC.exec(tag?.src)?.[1];
}

/**
 * @param {HTMLScriptElement} tag
 * @returns {import('./checkout.js').CheckoutOptions}
 */
export function optionsOf(tag) {
  const read = (name) => tag.getAttribute(name);
  return {
    app: read('app'),
    amount: read('data-amount'),
    name: read('data-name'),
    description: read('data-description'),
    image: read('data-image'),
    id: read('data-id'),
    items: read('data-items'),
    customer: read('data-customer'),
    language: read('lang-key'),
    methods: read('data-methods'),
    form: tag.closest('form'),
    base: baseOf(tag),
  };
}

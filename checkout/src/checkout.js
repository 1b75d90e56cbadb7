/** The Facade of the whole form: the one public class and the only global (report, section V.1.4). */
import { createApi } from './api.js';
import { createButton } from './button.js';
import { ButtonHandler } from './chain/button-handler.js';
import { FormHandler } from './chain/form-handler.js';
import { ValidationHandler } from './chain/validation-handler.js';
import { messagesIn } from './messages/index.js';
import { createNotice, explainProblem } from './notice.js';
import { addMethod } from './payment-methods.js';
import { readOptions } from './options.js';
import { findBase, findTags, optionsOf } from './script-tags.js';

/**
 * @typedef {object} CheckoutOptions
 * @property {string} app public token of the merchant's app
 * @property {number|string} amount whole millimes, 1 TND = 1000
 * @property {HTMLFormElement} form the merchant's form, which is submitted after a right code
 * @property {string} [base] where the sandbox lives; by default where this script came from
 * @property {string} [name] shown instead of the merchant's own name
 * @property {string} [description]
 * @property {string} [image] URL of a picture
 * @property {string} [id] the merchant's own tracking id, at most 64 characters
 * @property {string|object[]} [items] what is in the basket: [{ name, id?, quantity?, price? }], or its JSON
 * @property {string|object} [customer] who buys: { id?, name?, email? }, or its JSON
 * @property {string} [language] fr, ar or en
 * @property {string} [methods] the ways to pay that the form offers, in order: qr,login,app; all by default
 */

const defaultBase = findBase(document.currentScript);
const drawnTags = new WeakSet();
const internals = new WeakMap();

const chain = new ButtonHandler(new FormHandler(new ValidationHandler()));

/** A pay button and the payment form behind it. */
export class FlouciCheckout {
  /** @param {CheckoutOptions} options */
  constructor(options) {
    const { form, base, methods, wanted, problem } = readOptions({ base: defaultBase, ...options });
    const messages = messagesIn(wanted.language);
    const notice = problem && explainProblem(problem, messages);
    internals.set(this, { notice, request: { form, wanted, messages, methods, base, api: problem ? null : createApi(base) } });
    if (notice) console.error(notice);
  }

  /**
   * Opens the payment form, as a press of the button does.
   * @returns {boolean} false when the options or the merchant's form are not in order
   */
  open() {
    const own = internals.get(this);
    if (!own.notice && !own.paymentForm?.isOpen()) own.paymentForm = chain.handle(own.request);
    return Boolean(own.paymentForm);
  }

  /** Closes the payment form; nothing happens when it is not open. */
  close() {
    internals.get(this).paymentForm?.close();
  }

  /**
   * Draws the button, or a notice that says what is wrong, at the end of an element.
   * @param {Element} place
   */
  mount(place) {
    place.append(draw(this));
  }

  /**
   * Adds a way to pay to every form that opens from now on.
   * @param {import('./payment-methods.js').PaymentMethod} method
   */
  static addMethod(method) {
    addMethod(method);
  }

  /**
   * Draws a button after each script tag that has none yet.
   * @param {HTMLOrSVGScriptElement | null} [current] the tag that is running now
   */
  static drawButtons(current) {
    for (const tag of findTags(current)) {
      if (drawnTags.has(tag)) continue;
      drawnTags.add(tag);
      tag.after(draw(new FlouciCheckout(optionsOf(tag))));
    }
  }
}

function draw(checkout) {
  const { notice, request } = internals.get(checkout);
  const { language } = request.wanted;
  if (notice) return createNotice(notice, language);
  const [host, button] = createButton(request.messages.pay, language, () => checkout.open());
  request.opener = button;
  return host;
}

/**
 * The common interface of the chain that carries a payment request from button to form to validation
 * (Chain of Responsibility; report, section V.1.4).
 *
 * @typedef {object} PaymentRequest
 * @property {HTMLFormElement} form the merchant's form
 * @property {object} wanted what the sandbox is asked for: app, amount, id, name, description, image, language
 * @property {object} api
 * @property {string} base where the sandbox lives
 * @property {string} [methods] the ways to pay that the merchant wants offered, in order
 * @property {object} messages texts in the shopper's language
 * @property {HTMLElement | null} opener what gets the focus back
 * @property {object} [live] the session that was opened last, until its code has been accepted
 *
 * and once six digits have been typed:
 * @property {string} [code]
 * @property {object} [session]
 * @property {AbortSignal} [signal] aborted when the shopper closes the payment form
 * @property {(event: {type: string}) => void} [report] tells the payment form what happened
 * @property {() => void} [close]
 */

/** Each handler deals with a request, passes it on, or does both; one that does not pass it on stops the chain. */
export class PaymentHandler {
  /** @param {PaymentHandler} [next] */
  constructor(next) {
    this.next = next;
  }

  /**
   * @param {PaymentRequest} request
   * @returns {unknown} what came of it, undefined when the chain stopped
   */
  handle(request) {
    return this.pass(request);
  }

  /** @param {PaymentRequest} request */
  pass(request) {
    return this.next?.handle(request);
  }
}

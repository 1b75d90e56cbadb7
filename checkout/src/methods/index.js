/**
 * The ways to pay that the payment form offers, in order. A new one is a file beside this and a line here.
 *
 * @typedef {object} MethodDetails
 * @property {object} session what the sandbox answered
 * @property {object} wanted what the merchant asked for
 * @property {object} messages
 *
 * @typedef {(details: MethodDetails) => Element} PaymentMethod draws itself for one session
 */
import { drawQr } from './qr.js';

/** @type {PaymentMethod[]} */
export const paymentMethods = [drawQr];

import { openPaymentForm } from '../payment-form.js';
import { PaymentHandler } from './payment-handler.js';

/** Second: shows the payment form, and passes the request on each time six digits have been typed. */
export class FormHandler extends PaymentHandler {
  handle(request) {
    return openPaymentForm(request, (typed) => this.pass({ ...request, ...typed }));
  }
}

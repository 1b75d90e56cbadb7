import { isFilledIn } from '../merchant-form.js';
import { PaymentHandler } from './payment-handler.js';

/** First in the chain: a press of the button counts only when the merchant's form is filled in. */
export class ButtonHandler extends PaymentHandler {
  handle(request) {
    return isFilledIn(request.form) ? this.pass(request) : undefined;
  }
}

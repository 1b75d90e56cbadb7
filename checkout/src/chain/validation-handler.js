import { submit, writeFields } from '../merchant-form.js';
import { PaymentHandler } from './payment-handler.js';

/** Last: has the code checked, and hands the merchant's back end what it needs to accept the payment. */
export class ValidationHandler extends PaymentHandler {
  async handle({ api, form, session, code, signal, report, close }) {
    try {
      const { payment_id: paymentId } = await api.verifyCode(session, code, signal);
      if (signal.aborted) return;
      writeFields(form, { payment_id: paymentId, flouci_otp: code, token: paymentId, code });
      report({ type: 'VERIFIED', paymentId });
      if (!submit(form)) close();
    } catch (error) {
      report({ type: error.code, error });
    }
  }
}

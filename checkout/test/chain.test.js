import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';
import { ButtonHandler } from '../src/chain/button-handler.js';
import { PaymentHandler } from '../src/chain/payment-handler.js';
import { ValidationHandler } from '../src/chain/validation-handler.js';
import { FakeForm, installPage, installSubmitWindow } from './fakes.js';

class RecordingHandler extends PaymentHandler {
  constructor(next) {
    super(next);
    this.seen = [];
  }

  handle(request) {
    this.seen.push(request);
    return this.pass({ ...request, code: '123456' });
  }
}

beforeEach(() => {
  installPage();
  installSubmitWindow();
});

test('a request passes from handler to handler and comes back with what the last made of it', () => {
  const last = new (class extends PaymentHandler {
    handle(request) {
      return request.code;
    }
  })();
  assert.equal(new PaymentHandler(new RecordingHandler(last)).handle({}), '123456');
});

test('a chain that ends gives nothing', () => {
  assert.equal(new PaymentHandler().handle({}), undefined);
});

test('the button stops the chain while the merchant\'s form is not filled in', () => {
  const next = new RecordingHandler();
  const button = new ButtonHandler(next);
  button.handle({ form: new FakeForm({ isValid: false }) });
  assert.equal(next.seen.length, 0);
  button.handle({ form: new FakeForm() });
  button.handle({ form: new FakeForm({ isValid: false, attributes: ['novalidate'] }) });
  assert.equal(next.seen.length, 2);
});

function validation(answer, { form = new FakeForm(), signal = new AbortController().signal } = {}) {
  const told = [];
  let closes = 0;
  const verifyCode = async () => {
    if (answer instanceof Error) throw answer;
    return answer;
  };
  const done = new ValidationHandler().handle({
    api: { verifyCode },
    form,
    signal,
    session: {},
    code: '123456',
    report: (event) => told.push(event),
    close: () => closes++,
  });
  return done.then(() => ({ told, form, closes }));
}

test('a right code is written into the form under both pairs of names and submitted once', async () => {
  const { told, form, closes } = await validation({ payment_id: 'p1' });
  const fields = Object.fromEntries(form.fields.map(({ name, value }) => [name, value]));
  assert.deepEqual(fields, { payment_id: 'p1', flouci_otp: '123456', token: 'p1', code: '123456' });
  assert.deepEqual(told, [{ type: 'VERIFIED', paymentId: 'p1' }]);
  assert.equal(form.submits, 1);
  assert.equal(closes, 0);
});

test('fields of the shop with these names are overwritten or switched off', async () => {
  const fields = [
    { name: 'token', type: 'hidden', value: 'old', disabled: true },
    { name: 'code', type: 'text', value: 'PROMO', disabled: false },
  ];
  const { form } = await validation({ payment_id: 'p1' }, { form: new FakeForm({ fields }) });
  const sent = form.fields.filter((field) => !field.disabled).map(({ name, value }) => `${name}=${value}`);
  assert.deepEqual(sent.sort(), ['code=123456', 'flouci_otp=123456', 'payment_id=p1', 'token=p1']);
});

test('the payment form closes when the shop handles the submit itself', async () => {
  const form = Object.assign(new FakeForm(), { isHandledByShop: true });
  assert.equal((await validation({ payment_id: 'p1' }, { form })).closes, 1);
});

test('a refused code is reported and nothing is submitted', async () => {
  const error = Object.assign(new Error('wrong'), { code: 'WRONG_CODE' });
  const { told, form } = await validation(error);
  assert.deepEqual(told, [{ type: 'WRONG_CODE', error }]);
  assert.equal(form.submits, 0);
});

test('an answer after the payment form was closed submits nothing', async () => {
  const { told, form } = await validation({ payment_id: 'p1' }, { signal: AbortSignal.abort() });
  assert.deepEqual([told, form.fields, form.submits], [[], [], 0]);
});

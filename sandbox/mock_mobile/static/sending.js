/** Sending money to a number, asking for it, and answering who asks. */
import * as api from './api.js';
import { act, addDeeds, addForms, currentPhone, show } from './device.js';
import { newKey, submit } from './forms.js';
import * as memory from './memory.js';
import { readMoneyForm } from './money.js';
import { findRequest } from './notifications.js';
import { drawOwnCode } from './own-code.js';
import { sendPin } from './pin-entry.js';
import { PIN } from './pin-pad.js';
import { drawConfirm, drawScreen, showPinProblem } from './screens.js';
import { part } from './dom.js';
import { texts } from './texts.js';

let answering = null; // the request for money whose PIN is being typed
let key = '';

function send(form) {
  const typed = readMoneyForm(form);
  if (!typed) return;
  const digits = typed.to.replace(/[^0-9]/g, '').slice(-8);
  submit(form, async () => {
    const scan = await api.scanText(currentPhone().phone_number, `flouci-sandbox://wallet?v=1&phone=${digits}`);
    memory.rememberScan({ ...scan, wanted: form.elements.amount.value.trim(), note: typed.note });
    act(async () => {});
  });
}

function ask(form) {
  const typed = readMoneyForm(form);
  if (!typed) return;
  submit(form, async () => {
    await api.ask(currentPhone().phone_number, typed.to, typed.amount, typed.note || undefined, key);
    act(async () => {});
  });
}

function answer(target) {
  const id = target.closest('[data-request]').dataset.request;
  const { name, amount, text } = findRequest(id);
  show(() => {
    const screen = drawConfirm(currentPhone(), { merchant: name, amount, description: text });
    screen.querySelector('form').dataset.form = 'answer';
    part('refuse', screen).dataset.do = 'refuse-request';
  });
  answering = id;
}

function approve(form) {
  const pin = form.elements.pin.value;
  if (!PIN.test(pin)) return showPinProblem(texts.pin_missing);
  sendPin(async () => {
    await api.approve(currentPhone().phone_number, answering, pin);
    act(async () => {});
  });
}

function refuse() {
  act(async (number) => {
    await api.refuseRequest(number, answering);
    memory.leaveScreen(number, currentPhone().screen); // what was paid before is not shown as the answer
  });
}

function open(name) {
  key = newKey();
  show(() => drawScreen(name));
}

addForms({ send, ask, answer: approve });
addDeeds({
  'send': () => open('send'),
  'ask': () => open('ask'),
  'own-code': () => show(() => drawOwnCode(currentPhone())),
  answer,
  'refuse-request': refuse,
});

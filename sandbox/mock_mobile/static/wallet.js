/** The account: how the wallet stands, and everything that its holder may do with it. */
import * as api from './api.js';
import { readDinars } from './amounts.js';
import { addDeeds, addForms, addLive, currentPhone, currentWallet, reread, show, watchTurn } from './device.js';
import { element, part } from './dom.js';
import { newKey, showFormProblem } from './forms.js';
import { feel } from './haptics.js';
import { askNewPin, askPin } from './pin-entry.js';
import { drawDone, drawScreen, drawWalletAlert, showPinProblem } from './screens.js';
import { dinars, explain, listed, texts } from './texts.js';

export function drawWallet() {
  const phone = currentPhone();
  const { status, kind, level, limits, bank, application } = currentWallet();
  const ceiling = (millimes) => (millimes === null ? texts.no_ceiling : dinars(millimes));
  const screen = drawScreen('wallet', {
    balance: dinars(phone.balance),
    status: texts.wallet_states[status],
    level: kind === 'business' ? texts.business : texts.level_of.replace('{level}', level),
    ceiling: ceiling(limits.balance),
    outflow: ceiling(limits.daily_outflow),
    bank: bank ? bank.bank_name : texts.no_bank,
    rib: bank && element('bdi', { dir: 'ltr' }, bank.rib.replace(/^(\d{2})(\d{3})(\d{13})(\d{2})$/, '$1 $2 $3 $4')),
    missing: listed((application?.missing ?? []).map((step) => texts.steps[step])),
    application: application && application.state !== 'approved' ? texts.application_states[application.state] : '',
  });
  const canAct = status === 'active';
  for (const button of screen.querySelectorAll('[data-needs]')) button.hidden = !isOffered(button.dataset.needs, { canAct, bank });
  part('raise', screen).hidden = !isRaisable(status, kind, level, application);
  drawWalletAlert(currentWallet());
}

function isOffered(needs, { canAct, bank }) {
  return { bank: canAct && bank, none: canAct && !bank, active: canAct, any: true }[needs];
}

function isRaisable(status, kind, level, application) {
  if (status !== 'active' && status !== 'pending') return false;
  return application?.state !== 'review' && (kind === 'business' ? status === 'pending' : level < 3);
}

export const openWallet = () => show(drawWallet);

/** @param {api.Problem} [problem] the old PIN was wrong: it is asked for again */
function changePin(problem) {
  const isWrong = (error) => error instanceof api.Problem && error.code === 'WRONG_PIN';
  const change = (old) => async (fresh) => {
    const isSame = watchTurn();
    try {
      await api.changePin(currentPhone().phone_number, old, fresh);
    } catch (error) {
      if (isWrong(error)) return changePin(error);
      throw error;
    }
    await finish(isSame, texts.done.pin);
  };
  askPin({ title: texts.pin_titles.old, onPin: async (old) => askNewPin(change(old)) });
  if (problem) showPinProblem(...explain(problem), problem.tries_left);
}

/** From the bank account, or to it: first how much, then the PIN. */
function openMove(direction) {
  const key = newKey();
  show(() => {
    const { bank } = currentWallet();
    const screen = drawScreen('move', { title: texts.moves[direction], bank: bank.bank_name, balance: dinars(currentPhone().balance) });
    Object.assign(screen.querySelector('form').dataset, { direction, key });
  });
}

function move(form) {
  const { direction } = form.dataset;
  let { key } = form.dataset;
  const amount = readDinars(form.elements.amount.value);
  if (amount === null) return showFormProblem(form, { field: 'amount', message: texts.fields.balance });
  askPin({
    title: texts.moves[direction],
    subject: dinars(amount),
    onPin: async (pin) => {
      const isSame = watchTurn();
      try {
        await api.moveMoney(currentPhone().phone_number, direction, { amount, pin, idempotency_key: key });
      } catch (error) {
        if (error.code === 'WRONG_PIN') key = newKey(); // nothing moved, and the next try counts by itself
        throw error;
      }
      await finish(isSame, texts.done[direction], amount);
    },
  });
}

function close() {
  show(() => {
    const { balance } = currentPhone();
    const screen = drawScreen('close', { balance: dinars(balance) });
    part('close-money', screen).hidden = balance === 0;
  });
}

function confirmClosing() {
  askPin({
    title: texts.close_title,
    button: texts.close_title,
    onPin: async (pin) => {
      const isSame = watchTurn();
      await api.closeWallet(currentPhone().phone_number, pin);
      await finish(isSame, texts.done.closed);
    },
  });
}

/** @param {() => boolean} isSame who has gone elsewhere meanwhile is left there */
export async function finish(isSame, sentence, amount) {
  await reread();
  feel('good');
  if (isSame()) show(() => drawDone(sentence, amount));
}

addLive({ wallet: drawWallet });
addDeeds({
  'wallet': openWallet,
  'change-pin': () => changePin(),
  'top-up': () => openMove('top-ups'),
  'withdraw': () => openMove('withdrawals'),
  'close': close,
  'confirm-closing': confirmClosing,
});
addForms({ move });

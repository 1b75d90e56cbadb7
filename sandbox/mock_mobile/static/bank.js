/** The bank account behind the wallet: linked by its RIB, opened with a partner institution, or unlinked. */
import * as api from './api.js';
import { addDeeds, addForms, currentPhone, currentWallet, show, watchTurn } from './device.js';
import { element, part } from './dom.js';
import { showFormProblem, submit } from './forms.js';
import { drawProblem, drawScreen } from './screens.js';
import { texts } from './texts.js';
import { finish } from './wallet.js';

function link(form) {
  submit(form, async ({ rib }) => {
    if (rib.replace(/[^0-9]/g, '').length < 20) return showFormProblem(form, { field: 'rib', message: texts.fields.rib });
    const isSame = watchTurn();
    const account = await api.linkBank(currentPhone().phone_number, rib);
    await finish(isSame, `${texts.done.linked} ${account.bank_name}`);
  });
}

/** The partners are asked for each time: there are three, and they may change. */
async function openPartners() {
  let screen;
  show(() => {
    screen = drawScreen('bank-open');
  });
  const isSame = watchTurn();
  try {
    const banks = await api.listBanks(currentPhone().phone_number);
    if (isSame()) part('banks', screen).replaceChildren(...banks.map(drawBank));
  } catch (error) {
    if (!(error instanceof api.Problem)) throw error;
    if (isSame()) drawProblem(error);
  }
}

function drawBank({ code, name }) {
  return element('li', {}, element('button', { 'type': 'button', 'class': 'choice', 'data-do': 'open-bank', 'data-bank': code }, element('strong', { dir: 'auto' }, name)));
}

async function openBank(target) {
  const { bank } = target.closest('[data-bank]').dataset;
  await settle(async (number) => `${texts.done.opened} ${(await api.openBank(number, bank)).bank_name}`);
}

const unlink = () => settle(async (number) => (await api.unlinkBank(number)) && texts.done.unlinked);

async function settle(work) {
  const isSame = watchTurn();
  try {
    const told = await work(currentPhone().phone_number);
    await finish(isSame, told);
  } catch (error) {
    if (!(error instanceof api.Problem)) throw error;
    if (isSame()) show(() => drawProblem(error));
  }
}

addDeeds({
  'link-bank': () => show(() => drawScreen('bank-link')),
  'partners': openPartners,
  'open-bank': openBank,
  'unlink-bank': () => show(() => drawScreen('bank-unlink', { bank: currentWallet().bank.bank_name })),
  'confirm-unlink': unlink,
});
addForms({ 'bank-link': link });

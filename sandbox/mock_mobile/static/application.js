/** Opening an account step by step: the code by SMS, the identity card, its picture, a selfie; and what became of it. */
import * as api from './api.js';
import { addDeeds, addForms, addLive, currentPhone, currentWallet, reread, show, watchTurn } from './device.js';
import { element, part } from './dom.js';
import { showFormProblem, submit } from './forms.js';
import { feel } from './haptics.js';
import { askNewPin } from './pin-entry.js';
import { drawScreen } from './screens.js';
import { dinars, fillIn, phoneNumber, texts } from './texts.js';

let onOpened = async () => {};

/** @param {(number: string) => Promise<void>} choose a number that has just become a phone */
export function connectApplication(choose) {
  onOpened = choose;
}

/** For a number that is no phone yet. */
export const openApplication = () => show(() => drawBeginning());

export function drawApplication() {
  const application = currentWallet()?.application;
  if (!application || application.state === 'approved') return drawBeginning(currentPhone()?.phone_number);
  const { state, steps, missing, reasons, reason, level, kind } = application;
  const screen = drawScreen(`apply-${state}`, {
    number: phoneNumber(application.phone_number),
    level: kind === 'business' ? texts.business : texts.level_of.replace('{level}', level),
    reason: reasons.length > 0 ? '' : (reason ?? ''),
  });
  part('steps', screen)?.replaceChildren(...steps.map((step) => drawStep(step, missing)));
  part('reasons', screen)?.replaceChildren(...reasons.map((code) => element('li', {}, texts.reasons_of_review[code] ?? code)));
}

function drawStep(step, missing) {
  const isDone = !missing.includes(step);
  const isNext = step === missing[0];
  return element('li', { 'class': isDone ? 'is-done' : isNext ? 'is-next' : '', 'aria-current': isNext && 'step' }, texts.steps[step]);
}

/** @param {string} [number] of a phone that is there; without one a new number is asked for */
function drawBeginning(number) {
  const screen = drawScreen('apply-start', { number: number && phoneNumber(number) });
  const form = screen.querySelector('form');
  form.dataset.number = number ?? '';
  part('new-number', form).hidden = Boolean(number);
  const wallet = number && currentWallet();
  part('kinds', form).hidden = Boolean(wallet?.kind);
  if (wallet?.kind === 'business') form.elements.kind.value = 'business';
  for (const { level, limits } of currentWallet()?.levels ?? []) {
    const place = part(`level-${level}`, form);
    const values = { balance: dinars(limits.balance ?? 0), outflow: dinars(limits.daily_outflow ?? 0) };
    if (limits.balance && limits.daily_outflow) place?.replaceChildren(...fillIn(texts.ceilings, values));
  }
}

function start(form) {
  submit(form, async ({ to, kind, level }) => {
    const number = form.dataset.number || to.replace(/[^0-9]/g, '').slice(-8);
    if (number.length < 8) return showFormProblem(form, { field: 'phone_number', message: texts.fields.phone_number });
    await api.startApplication(number, { kind, level: Number(level), language: texts.language });
    await onOpened(number);
    show(drawApplication);
  });
}

/** The code is checked together with the new PIN; a wrong one leads back here. */
function confirmPhone(form) {
  submit(form, async ({ code }) => {
    const digits = code.trim();
    if (!/^\d{6}$/.test(digits)) return showFormProblem(form, { field: 'code', message: texts.code_missing });
    if (currentWallet().status !== 'none') return step('phone', { code: digits });
    askNewPin(async (pin) => {
      const isSame = watchTurn();
      try {
        await step('phone', { code: digits, pin });
      } catch (error) {
        if (!(error instanceof api.Problem)) throw error;
        if (!isSame()) return;
        show(drawApplication);
        showFormProblem(part('screen').querySelector('form'), error);
      }
    });
  });
}

const step = (name, fields) => goOn((number) => api.takeApplicationStep(number, name, fields));

/** Takes a step, and shows the next one, unless its owner has gone elsewhere meanwhile. */
async function goOn(work) {
  const isSame = watchTurn();
  await work(currentPhone().phone_number);
  await reread();
  feel('good');
  if (isSame()) show(currentWallet().application.state === 'approved' ? drawApproved : drawApplication);
}

function drawApproved() {
  const { level, limits, kind } = currentWallet();
  const values = { balance: dinars(limits.balance ?? 0), outflow: dinars(limits.daily_outflow ?? 0) };
  drawScreen('apply-approved', { level: kind === 'business' ? texts.business : texts.level_of.replace('{level}', level) });
  if (limits.balance && limits.daily_outflow) part('ceilings').replaceChildren(...fillIn(texts.ceilings, values));
}

function sendCard(input) {
  const [picture] = input.files;
  if (!picture) return;
  submit(input.form, () => goOn((number) => api.sendCard(number, picture)));
  input.value = '';
}

async function takeSelfie(matches) {
  const form = part('screen').querySelector('form');
  await submit(form, () => step('selfie', { matches }));
}

async function beginAgain() {
  const { kind, level } = currentWallet().application;
  const form = part('screen').querySelector('form');
  await submit(form, () => goOn((number) => api.startApplication(number, { kind, level, language: texts.language })));
}


addLive({ 'apply-review': () => (currentWallet().application.state === 'approved' ? drawApproved() : drawApplication()) });
addDeeds({
  'apply': () => show(drawApplication),
  'selfie': () => takeSelfie(true),
  'selfie-of-another': () => takeSelfie(false),
  'apply-again': beginAgain,
});
addForms({
  'apply-start': start,
  'apply-phone': confirmPhone,
  'apply-identity': (form) => submit(form, (fields) => step('identity', fields)),
  'apply-business': (form) => submit(form, (fields) => step('business', fields)),
  'apply-card': () => {},
  'apply-selfie': () => {},
});
document.addEventListener('change', (event) => event.target.matches('[data-card]') && sendCard(event.target));


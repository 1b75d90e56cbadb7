/** The form that makes a phone. */
import { readDinars } from './amounts.js';
import { addPhone, Problem } from './api.js';
import { part } from './dom.js';
import { sentence, texts } from './texts.js';

const dialog = part('new-phone-dialog');
const form = dialog.querySelector('form');

/** @param {(phone: object) => void} onMade */
export function connectNewPhone(onMade) {
  dialog.querySelector('[data-close]').addEventListener('click', () => dialog.close());
  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    event.stopPropagation();
    const button = form.querySelector('[type="submit"]');
    if (button.getAttribute('aria-busy')) return;
    button.setAttribute('aria-busy', 'true');
    try {
      const phone = await addPhone(readFields());
      dialog.close();
      onMade(phone);
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      showProblem(error);
    } finally {
      button.removeAttribute('aria-busy');
    }
  });
}

export function openNewPhone() {
  form.reset();
  showProblem(null);
  dialog.showModal();
}

export const closeNewPhone = () => dialog.close();

function readFields() {
  const fields = Object.fromEntries(new FormData(form));
  const balance = fields.balance.trim();
  const isZero = /^0*(?:[.,]0*)?$/.test(balance);
  if (!isZero && readDinars(balance) === null) throw new Problem({ code: 'INVALID_INPUT', field: 'balance' });
  return { ...fields, balance: readDinars(balance) ?? 0, language: texts.language };
}

function showProblem(problem) {
  for (const input of form.elements) input.removeAttribute('aria-invalid');
  const place = part('new-phone-problem', form);
  place.hidden = !problem;
  const isShape = problem?.code === 'INVALID_INPUT' && problem.field in texts.fields;
  const words = isShape ? [texts.fields[problem.field]] : [sentence(problem?.message), ' ', sentence(problem?.hint)];
  place.replaceChildren(...words.filter(Boolean));
  const input = problem?.field && form.elements[problem.field];
  if (!input) return;
  input.setAttribute('aria-invalid', 'true');
  input.focus();
}

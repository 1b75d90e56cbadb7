/** Forms of the phone's own screens: while one is sent it waits, and what is wrong is said above its fields. */
import { Problem } from './api.js';
import { fill, part } from './dom.js';
import { feel } from './haptics.js';
import { explain, texts } from './texts.js';

let keys = 0;

/** Makes repeating a call harmless: one for each time that a form was filled in. */
export const newKey = () => `page-${Math.random().toString(36).slice(2)}-${(keys += 1)}`;

/** A problem with a field is said above the form, and nothing that was typed is lost. */
export async function submit(form, work) {
  const button = form.querySelector('[type="submit"]');
  if (button.getAttribute('aria-busy')) return;
  button.setAttribute('aria-busy', 'true');
  try {
    await work(Object.fromEntries(new FormData(form)));
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    feel('bad');
    showFormProblem(form, error);
  } finally {
    button.removeAttribute('aria-busy');
  }
}

/** @returns {null} The wrong field gets the focus; a field of another name, the first. */
export function showFormProblem(form, { code, field, message, hint, tries_left: left }) {
  const own = code === 'INVALID_INPUT' ? texts.fields[field] : undefined;
  const [problem, more] = own ? [own, ''] : explain({ code, message, hint });
  const alert = part('form-problem', form);
  fill(alert, { problem, hint: left ? texts.tries_left.replace('{count}', left) : more });
  alert.hidden = false;
  for (const input of form.elements) input.removeAttribute('aria-invalid');
  const input = form.elements[ALIASES[field] ?? field] ?? form.querySelector('input:not([type="hidden"])');
  input?.setAttribute?.('aria-invalid', 'true');
  input?.focus?.();
  return null;
}

/** Fields of the API that a form calls otherwise. */
const ALIASES = { from: 'to', qr_text: 'to', image_base64: 'image', phone_number: 'to' };

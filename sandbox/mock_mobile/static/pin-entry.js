/** The PIN pad as a screen of its own: asked for once, or a new one twice. */
import { Problem } from './api.js';
import { addForms, currentPhone, show, watchTurn } from './device.js';
import { part } from './dom.js';
import { PIN } from './pin-pad.js';
import { drawScreen, preparePin, showPinProblem } from './screens.js';
import { explain, texts } from './texts.js';
import { drawPinBlocked } from './unlock.js';

let take = async () => {};

/**
 * @param {{title: string, subject?: string | Node, button?: string, isNew?: boolean, onPin: (pin: string) => Promise<void>}} wanted
 *   `isNew`: the phone's own PIN is not told below
 */
export function askPin({ title, subject = '', button = texts.go_on, isNew = false, onPin }) {
  show(() => {
    const screen = drawScreen('own-pin', { title, subject, button });
    preparePin(screen, currentPhone(), title);
    part('pin-help', screen).hidden = isNew;
    take = onPin;
  });
}

/** @param {(pin: string) => Promise<void>} onPin gets the new PIN once it was entered twice alike */
export function askNewPin(onPin, problem = '') {
  const first = { title: texts.pin_titles.fresh, isNew: true };
  const second = { title: texts.pin_titles.again, isNew: true };
  askPin({
    ...first,
    onPin: async (pin) => {
      askPin({ ...second, onPin: async (again) => (again === pin ? onPin(pin) : askNewPin(onPin, texts.pin_differs)) });
    },
  });
  if (problem) showPinProblem(problem);
}

/** What the PIN was asked for is done; a problem is said above the pad, where it can be tried again. */
export async function sendPin(work) {
  const button = part('screen').querySelector('[type="submit"]');
  if (button.getAttribute('aria-busy')) return;
  const isSame = watchTurn();
  button.setAttribute('aria-busy', 'true');
  try {
    await work();
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    if (!isSame()) return;
    if (error.code === 'PIN_BLOCKED') show(drawPinBlocked);
    else showPinProblem(...explain(error), error.tries_left);
  } finally {
    button.removeAttribute('aria-busy');
  }
}

addForms({
  'own-pin': (form) => {
    const pin = form.elements.pin.value;
    if (!PIN.test(pin)) return showPinProblem(texts.pin_missing);
    sendPin(() => take(pin));
  },
});

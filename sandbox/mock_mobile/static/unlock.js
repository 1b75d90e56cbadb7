/** A PIN that three wrong ones have blocked: a code by SMS, then a new PIN. */
import * as api from './api.js';
import { addDeeds, addForms, currentPhone, show, watchTurn } from './device.js';
import { showFormProblem, submit } from './forms.js';
import { part } from './dom.js';
import { askNewPin } from './pin-entry.js';
import { drawScreen } from './screens.js';
import { texts } from './texts.js';
import { finish } from './wallet.js';

let challenge = null;

export function drawPinBlocked() {
  drawScreen('pin-blocked');
}

async function start(target) {
  const button = target.closest('button');
  if (button.getAttribute('aria-busy')) return;
  button.setAttribute('aria-busy', 'true');
  const isSame = watchTurn();
  try {
    challenge = await api.startUnlock(currentPhone().phone_number);
    if (isSame()) show(() => drawScreen('unlock'));
  } catch (error) {
    if (!(error instanceof api.Problem)) throw error;
    if (!isSame()) return;
    // Codes are limited: the newest one is still good, if this page has asked for it.
    show(() => drawScreen('unlock'));
    showFormProblem(part('screen').querySelector('form'), error);
  } finally {
    button.removeAttribute('aria-busy');
  }
}

/** The code is checked together with the new PIN; a wrong one leads back here. */
function takeCode(form) {
  submit(form, async ({ code }) => {
    if (!/^\d{6}$/.test(code.trim())) return showFormProblem(form, { field: 'code', message: texts.code_missing });
    askNewPin(async (pin) => {
      const isSame = watchTurn();
      try {
        await api.confirmUnlock(currentPhone().phone_number, { challenge_id: challenge?.id ?? 'none', code: code.trim(), new_pin: pin });
      } catch (error) {
        if (!(error instanceof api.Problem) || error.code === 'INVALID_INPUT') throw error;
        if (!isSame()) return;
        show(() => drawScreen('unlock'));
        return showFormProblem(part('screen').querySelector('form'), error);
      }
      await finish(isSame, texts.done.unlocked);
    });
  });
}

addDeeds({ unlock: start });
addForms({ unlock: takeCode });

/** The PIN: a masked field that the keys on the screen and on the keyboard fill. */
import { feel } from './haptics.js';

const DIGIT = /^[0-9]$/;
export const PIN = /^[0-9]{4,6}$/;

/**
 * @param {HTMLElement} screen
 * @param {HTMLInputElement} input
 */
export function connectPad(screen, input) {
  const type = (digit) => {
    if (input.value.length < input.maxLength) input.value += digit;
  };
  const erase = () => {
    input.value = input.value.slice(0, -1);
  };

  input.addEventListener('input', () => {
    input.value = input.value.replace(/[^0-9]/g, '');
  });
  screen.addEventListener('click', (event) => {
    const key = event.target.closest('[data-digit], [data-erase]');
    if (key) feel('key');
    if (key?.dataset.digit) type(key.dataset.digit);
    else if (key) erase();
  });
  // Digits count wherever the focus is on this screen, so that keys on the screen and the keyboard can be mixed.
  screen.addEventListener('keydown', (event) => {
    if (event.target.matches('input') || event.ctrlKey || event.metaKey || event.altKey) return;
    if (DIGIT.test(event.key)) type(event.key);
    else if (event.key === 'Backspace') erase();
  });
}

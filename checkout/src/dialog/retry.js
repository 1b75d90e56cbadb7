import { element } from '../element.js';

/** Offers the way on when there is one: the same code again, or a new session. */
export function createRetry({ messages }, { onRetry }) {
  const button = element('button', { type: 'button', 'data-part': 'retry' });
  button.onclick = onRetry;
  return {
    element: button,
    show({ name, canRetry }) {
      button.hidden = !canRetry;
      button.textContent = messages[name === 'expired' ? 'startAgain' : 'tryAgain'];
      if (canRetry) button.focus();
    },
  };
}

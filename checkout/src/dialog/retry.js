import { element } from '../element.js';

/** Offers the way on when there is one: the same code again, or a new session. */
export function createRetry({ messages }, { onRetry }) {
  const button = element('button', { type: 'button', 'data-part': 'retry' }, messages.tryAgain);
  button.onclick = onRetry;
  return {
    element: button,
    show({ canRetry }) {
      button.hidden = !canRetry;
      if (canRetry) button.focus();
    },
  };
}

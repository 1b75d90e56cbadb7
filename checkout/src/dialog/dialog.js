import { element } from '../element.js';
import { directionOf } from '../messages/index.js';
import { createCodeField } from './code-field.js';
import { createCountdown } from './countdown.js';
import { createHeader } from './header.js';
import { createMethods } from './methods.js';
import { openModal } from './modal.js';
import { createNews } from './news.js';
import { createRetry } from './retry.js';
import { createSteps } from './steps.js';

/** What is on the screen: methods and field, the field alone, or (elsewhere) nothing but the news. */
const SCREENS = { waiting: 'scan', scanned: 'scan', prepared: 'type', verifying: 'type' };

/**
 * Opens the payment form as the shopper sees it. It only shows states; what they mean is in state.js.
 * @param {import('../chain/payment-handler.js').PaymentRequest} request
 * @param {{onCode: (code: string) => void, onRetry: () => void, onClosed: () => void}} actions
 * @returns {{show: (state: import('../state.js').State) => void, close: () => void}}
 */
export function openDialog(request, actions) {
  const header = createHeader(request, () => close());
  const tools = element('div', { class: 'tools' });
  const methods = createMethods(request, actions, tools);
  const countdown = createCountdown(request);
  const side = [
    createSteps(request),
    createNews(request),
    createCodeField(request, actions),
    { element: tools, show() {} },
    createRetry(request, actions),
    countdown,
  ];
  const dialog = createElement(request.wanted.language, header, methods, side);

  const close = openModal(dialog, request.opener, () => {
    countdown.stop();
    actions.onClosed();
  });
  const show = (state) => {
    dialog.dataset.state = state.name;
    dialog.dataset.screen = SCREENS[state.name] ?? 'end';
    for (const part of [header, methods, ...side]) part.show(state);
    /** The focus may have been on what is no longer shown. */
    if (!dialog.getRootNode().activeElement) dialog.focus();
  };
  return { show, close };
}

function createElement(language, header, methods, side) {
  const sideElement = element('div', { class: 'side' }, ...side.map((part) => part.element));
  const body = element('div', { class: 'body' }, methods.element, sideElement);
  return element(
    'dialog',
    {
      'data-part': 'dialog',
      'aria-labelledby': 'pay merchant',
      'aria-describedby': 'amount',
      tabindex: '-1',
      lang: language,
      dir: directionOf(language),
    },
    element('div', {}, header.element, body),
  );
}

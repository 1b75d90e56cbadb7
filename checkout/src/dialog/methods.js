import { element } from '../element.js';
import { paymentMethods } from '../methods/index.js';

/** Draws the payment methods anew for each session. */
export function createMethods({ wanted, messages }) {
  const panel = element('div', { class: 'methods' });
  let drawn;
  return {
    element: panel,
    show({ session }) {
      if (!session || session === drawn) return;
      drawn = session;
      panel.replaceChildren(...paymentMethods.map((draw) => draw({ session, wanted, messages })));
    },
  };
}

import { element } from '../element.js';

const CURRENT = { waiting: 0, scanned: 1, prepared: 2, verifying: 2 };

/** What to do, in order, with a mark on what is next. */
export function createSteps({ messages }) {
  const items = messages.steps.map((step) => element('li', {}, step));
  return {
    element: element('ol', {}, ...items),
    show: ({ name }) => items.forEach((item, place) => item.toggleAttribute('aria-current', place === CURRENT[name])),
  };
}

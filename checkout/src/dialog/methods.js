import { element } from '../element.js';
import { chooseMethods } from '../payment-methods.js';
import { payloadOf } from '../qr-payload.js';

/** Draws the ways to pay anew for each session: those with a label behind tabs, which are radio buttons, the first one open. */
export function createMethods({ wanted, messages, methods, base }, { onStep }, tools) {
  const panel = element('div', { class: 'methods' });
  let drawn;
  return {
    element: panel,
    show({ session }) {
      if (!session || session === drawn) return;
      drawn = session;
      const details = { session, wanted, messages, base, tools, text: payloadOf(session, wanted) };
      const tabs = element('div', { class: 'tabs', role: 'radiogroup', 'aria-label': messages.pay });
      const places = [];
      tools.replaceChildren();
      panel.replaceChildren(tabs);
      for (const { name, label, draw } of chooseMethods(methods)) {
        const place = draw({ ...details, step: (step, fields) => onStep(`${name}/${step}`, fields) });
        panel.append(place);
        if (label) tabs.append(createTab(name, label(messages), place, places));
      }
      tabs.hidden = places.length < 2;
    },
  };
}

function createTab(name, words, place, places) {
  const radio = element('input', { type: 'radio', name: 'method', 'data-part': `method-${name}` });
  radio.checked = !places.length;
  place.hidden = !radio.checked;
  places.push(place);
  radio.onchange = () => places.forEach((one) => {
    one.hidden = one !== place;
  });
  return element('label', {}, radio, element('span', {}, words));
}

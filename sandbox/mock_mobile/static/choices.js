/** Of several codes in one picture: a large button each, with what it would pay. */
import { element, part } from './dom.js';
import { drawScreen } from './screens.js';
import { dinars, texts } from './texts.js';

export function drawChoices({ choices }) {
  drawScreen('choose');
  part('choices').replaceChildren(...choices.map(drawChoice));
}

function drawChoice({ qr_text: text, kind, merchant, amount, description }) {
  const name = merchant ?? description ?? texts.code_kinds[kind];
  return element(
    'li',
    {},
    element(
      'button',
      { 'type': 'button', 'class': 'choice', 'data-do': 'choose', 'data-text': text, 'data-part': 'choice' },
      element('strong', { dir: 'auto' }, name),
      amount ? dinars(amount) : element('span', {}, texts.amount_open),
      element('span', { class: 'small quiet' }, texts.code_kinds[kind]),
      description && merchant ? element('span', { class: 'small quiet', dir: 'auto' }, description) : null,
    ),
  );
}

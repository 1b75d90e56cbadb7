/** The list of phones: a radio button each, with name, number, balance and what its number decides. */
import { element, part } from './dom.js';
import { dinars, phoneNumber, texts } from './texts.js';

const list = part('phones');

/** @param {(number: string) => void} onChoose */
export function connectChooser(onChoose) {
  list.addEventListener('change', (event) => onChoose(event.target.value));
}

/** The demo world's shoppers first: they are the ones to pay with. */
export function inOrder(phones) {
  return [...phones.filter(({ persona }) => persona), ...phones.filter(({ persona }) => !persona)];
}

export function drawPhones(phones, chosen) {
  list.replaceChildren(...phones.map((phone) => drawOption(phone, phone.phone_number === chosen)));
  list.querySelector('input:checked')?.closest('label').scrollIntoView({ block: 'nearest', inline: 'nearest' });
}

/** Its balance may have changed, and its name once its holder told it. */
export function updatePhone({ phone_number: number, name, balance }) {
  const option = list.querySelector(`[data-phone="${number}"]`);
  if (!option) return;
  part('option-balance', option).replaceChildren(dinars(balance));
  option.querySelector('.phone-option-name').replaceChildren(name);
}

function drawOption({ phone_number: number, name, balance, persona }, isChosen) {
  const radio = element('input', { type: 'radio', name: 'phone', value: number });
  radio.checked = isChosen;
  return element(
    'label',
    { class: 'phone-option', 'data-part': 'phone-option', 'data-phone': number },
    radio,
    row(
      element('span', { class: 'phone-option-name', dir: 'auto' }, name),
      element('strong', { 'data-part': 'option-balance' }, dinars(balance)),
    ),
    row(phoneNumber(number), persona && element('span', {}, texts.personas[persona] ?? persona)),
  );
}

function row(...parts) {
  return element('span', { class: 'phone-option-row' }, ...parts);
}

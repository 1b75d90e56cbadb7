/** The list of phones: a radio button each, with name, number, balance and what its number decides. */
import { element, part } from './dom.js';
import { dinars, phoneNumber, texts } from './texts.js';

const list = part('phones');

/** @param {(number: string) => void} onChoose */
export function connectChooser(onChoose) {
  list.addEventListener('change', (event) => onChoose(event.target.value));
}

export function drawPhones(phones, chosen) {
  list.replaceChildren(...phones.map((phone) => drawOption(phone, phone.phone_number === chosen)));
  list.querySelector('input:checked')?.closest('label').scrollIntoView({ block: 'nearest', inline: 'nearest' });
}

/** Its balance may have changed. */
export function updatePhone(phone) {
  const option = list.querySelector(`[data-phone="${phone.phone_number}"]`);
  part('option-balance', option ?? list)?.replaceChildren(dinars(phone.balance));
}

function drawOption({ phone_number: number, name, balance, persona }, isChosen) {
  const radio = element('input', { type: 'radio', name: 'phone', value: number });
  radio.checked = isChosen;
  return element(
    'label',
    { class: 'phone-option', 'data-part': 'phone-option', 'data-phone': number },
    radio,
    element('span', { class: 'phone-option-name', dir: 'auto' }, name),
    element('span', { class: 'phone-option-balance', 'data-part': 'option-balance' }, dinars(balance)),
    element('span', { class: 'quiet small' }, phoneNumber(number)),
    persona && element('span', { class: 'quiet small phone-option-persona' }, texts.personas[persona] ?? persona),
  );
}

/** Flouci login: phone number and PIN in the form; the six digits come by SMS and are typed as ever. */
import { element } from '../element.js';
import { addMethod } from '../payment-methods.js';

addMethod({
  name: 'login',
  label: ({ login }) => login,
  draw({ messages, step, tools }) {
    const phone = createInput('phone', { type: 'tel', autocomplete: 'tel', pattern: '[+ \\d]{8,15}' });
    const pin = createInput('pin', { type: 'password', inputmode: 'numeric', autocomplete: 'off', pattern: '\\d{4,6}' });
    const send = element('button', { 'data-part': 'send' }, messages.send);
    const again = element('button', { type: 'button', 'data-part': 'resend' }, messages.send);
    const form = element('form', {}, createLabel(messages.login, phone), createLabel('PIN', pin), send);

    form.onsubmit = async (event) => {
      event.preventDefault();
      send.disabled = true;
      const isSent = await step('start', { phone_number: phone.value, pin: pin.value });
      send.disabled = false;
      pin.value = '';
      if (isSent) tools.replaceChildren(again);
      else pin.focus();
    };
    again.onclick = async () => {
      if (await step('resend', {})) again.textContent = `${messages.send} \u2713`;
    };
    return form;
  },
});

function createInput(part, attributes) {
  return element('input', { 'data-part': part, required: '', dir: 'ltr', ...attributes });
}

/** The field stands inside its label, so that neither needs an id. */
function createLabel(words, input) {
  return element('label', {}, words, input);
}

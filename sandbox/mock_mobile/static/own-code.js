/** The phone's own QR code, as large as the screen; a merchant's may carry an amount. */
import { readDinars } from './amounts.js';
import { part } from './dom.js';
import { drawScreen } from './screens.js';
import { phoneNumber } from './texts.js';

export function drawOwnCode(phone) {
  const name = phone.trade_name ?? phone.name;
  const screen = drawScreen('own-code', { name, number: phoneNumber(phone.phone_number) });
  const form = screen.querySelector('form');
  const picture = part('own-code', screen);
  const show = () => {
    const amount = readDinars(form.elements.amount.value);
    picture.src = `phones/${encodeURIComponent(phone.phone_number)}/qr.png${amount ? `?amount=${amount}` : ''}`;
  };
  form.hidden = !phone.trade_name;
  form.addEventListener('input', show);
  show();
}

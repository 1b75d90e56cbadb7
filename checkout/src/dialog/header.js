import { element } from '../element.js';
import { formatAmount } from '../money.js';

/** Who is paid, for what and how much. */
export function createHeader({ wanted, messages }, onClose) {
  const merchant = element('h2', { id: 'merchant' });
  const about = element('small');
  const amount = element('p', { 'data-part': 'amount', id: 'amount' }, formatAmount(wanted.amount, wanted.language));
  const who = element('div', { class: 'who' }, element('small', { id: 'pay' }, messages.payTo), merchant, about);
  const close = element('button', { type: 'button', 'data-part': 'close', 'aria-label': messages.close }, '×');
  const badge = element('span', { class: 'badge' }, 'SANDBOX');
  close.onclick = onClose;
  return {
    element: element('header', { role: 'none' }, createPicture(wanted.image), who, close, amount, badge),
    show({ session }) {
      merchant.textContent = wanted.name || session?.merchant.name;
      about.textContent = wanted.description || session?.merchant.description;
    },
  };
}

/** Stays hidden until it has loaded: a broken picture is no picture. */
function createPicture(url) {
  const picture = element('img', { alt: '', hidden: '', referrerpolicy: 'no-referrer' });
  picture.onload = () => {
    picture.hidden = false;
  };
  if (url) picture.src = url;
  return picture;
}

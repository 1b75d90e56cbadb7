/**
 * Opening the app where this is the phone: its link is the text of the QR code. No app is installed for the sandbox's
 * scheme, so the sandbox's own phone takes the link, in a tab beside the shop, where the form waits for the code.
 * The style sheet shows it where the screen is touched (styles/dialog.css).
 */
import { element } from '../element.js';
import { addMethod } from '../payment-methods.js';

addMethod({
  name: 'app',
  draw({ messages, text, base }) {
    const link = element('a', { 'data-part': 'open-app', href: text }, messages.openApp);
    link.onclick = (event) => {
      event.preventDefault();
      const phone = `${base}/mobile/?open=${encodeURIComponent(text)}`;
      if (!open(phone)) location.href = phone;
    };
    return link;
  },
});

/** Open the app: a shop's form linked here, with the code's text in `?open=`; the chosen phone reads it, until one has paid. */
import { takeStep } from '../api.js';
import { act, currentPhone } from '../device.js';
import { part } from '../dom.js';
import { drawReading } from '../screens.js';

let link = new URLSearchParams(location.search).get('open');

if (link) {
  const back = part('back-to-shop');
  back.hidden = false;
  // The form opened this tab; where the browser did not let it, it came here itself.
  back.addEventListener('click', () => (window.opener ? window.close() : history.back()));
  document.addEventListener('phone-chosen', read);
  document.addEventListener('phone-paid', () => {
    link = null;
  });
  if (currentPhone()) read();
}

function read() {
  if (!link) return;
  drawReading();
  act((number) => takeStep(number, 'app/open', { link }));
}

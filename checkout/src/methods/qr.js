/** Paying by scanning a QR code with the phone. */
import { correction, generate } from 'lean-qr/nano';
import { element } from '../element.js';
import { formatAmount } from '../money.js';
import { addMethod } from '../payment-methods.js';

const QUIET_ZONE = 4;
const SMALLEST_CSS_PIXELS = 240;
/** Where the window is short, so that all of the code is in sight; styles/dialog.css makes room in the same windows. */
const SMALLEST_IN_SHORT_WINDOWS = 200;
const SHORT_WINDOW = 480;

addMethod({
  name: 'qr',
  label: () => 'QR',
  draw({ session: { amount, merchant }, wanted, messages, text }) {
    const name = wanted.name || merchant.name;
    const alternative = `QR, ${formatAmount(amount, wanted.language)}, ${name}, ${messages.qrCaption}`;
    return element('figure', {}, drawCode(text, alternative), element('small', {}, messages.qrCaption));
  },
});

/** One canvas pixel a module, enlarged by CSS to a whole number of device pixels so that every edge is sharp. */
function drawCode(text, alternative) {
  const canvas = element('canvas', { 'data-part': 'qr', role: 'img', 'aria-label': alternative });
  const code = generate(text, { minCorrectionLevel: correction.M });
  const modules = code.size + 2 * QUIET_ZONE;
  canvas.width = canvas.height = modules;
  const context = canvas.getContext('2d');
  for (let place = 0; place < modules * modules; place++) {
    const x = place % modules;
    const y = (place - x) / modules;
    context.fillStyle = code.get(x - QUIET_ZONE, y - QUIET_ZONE) ? '#000' : '#fff';
    context.fillRect(x, y, 1, 1);
  }
  const isShort = innerHeight <= SHORT_WINDOW;
  const smallest = (isShort ? SMALLEST_IN_SHORT_WINDOWS : SMALLEST_CSS_PIXELS) * devicePixelRatio;
  canvas.style.width = `${(modules * Math.ceil(smallest / modules)) / devicePixelRatio}px`;
  return canvas;
}

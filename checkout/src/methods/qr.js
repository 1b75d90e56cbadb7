/** Paying by scanning a QR code with the phone, or by opening the same text in the app when this is the phone. */
import { correction, generate } from 'lean-qr/nano';
import { element } from '../element.js';
import { formatAmount } from '../money.js';
import { QrPayloadBuilder } from '../qr-payload.js';

const SMALLEST_CSS_PIXELS = 240;
/** Where the window is short, so that all of the code is in sight; styles/dialog.css makes room in the same windows. */
const SMALLEST_IN_SHORT_WINDOWS = 200;
const SHORT_WINDOW = 480;

/** @type {import('./index.js').PaymentMethod} */
export function drawQr({ session: { session, amount, merchant }, wanted, messages }) {
  const name = wanted.name || merchant.name;
  const text = new QrPayloadBuilder().with(wanted).with({ session, amount, name }).build();
  const alternative = `QR, ${formatAmount(amount, wanted.language)}, ${name}, ${messages.qrCaption}`;
  return element(
    'figure',
    {},
    drawCode(text, alternative),
    element('small', {}, messages.qrCaption),
    element('a', { 'data-part': 'open-app', href: text }, messages.openApp),
  );
}

/** One canvas pixel a module, enlarged by CSS to a whole number of device pixels so that every edge is sharp. */
function drawCode(text, alternative) {
  const canvas = element('canvas', { 'data-part': 'qr', role: 'img', 'aria-label': alternative });
  generate(text, { minCorrectionLevel: correction.M }).toCanvas(canvas, { off: [255, 255, 255, 255], pad: 4 });
  const { width: modules } = canvas;
  const isShort = innerHeight <= SHORT_WINDOW;
  const smallest = (isShort ? SMALLEST_IN_SHORT_WINDOWS : SMALLEST_CSS_PIXELS) * devicePixelRatio;
  canvas.style.width = `${(modules * Math.ceil(smallest / modules)) / devicePixelRatio}px`;
  return canvas;
}

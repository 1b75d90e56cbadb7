/** A payment that this page was opened for: a shop's form linked here, with the code's text in `?open=`. */
import { part } from './dom.js';

let text = new URLSearchParams(location.search).get('open');

/** Shows the way back to the shop for as long as the page is open. */
export function connectOpened() {
  const back = part('back-to-shop');
  back.hidden = !text;
  // The form opened this tab; where the browser did not let it, it came here itself.
  back.addEventListener('click', () => (window.opener ? window.close() : history.back()));
}

/** @returns {string | null} the text that the chosen phone is to read, until one has paid */
export const openedText = () => text;

export function forgetOpened() {
  text = null;
}

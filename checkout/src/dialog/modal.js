/** A modal dialog on its own host: closes on Escape, button and backdrop, keeps the focus in and gives it back. */
import { createHost } from '../isolated-host.js';
import css from '../styles/dialog.css';

/**
 * @param {HTMLDialogElement} dialog
 * @param {HTMLElement | undefined} opener gets the focus back
 * @param {() => void} onClosed
 */
export function openModal(dialog, opener, onClosed) {
  const host = createHost('block', css, dialog);
  document.body.append(host);
  dialog.onclose = () => {
    host.remove();
    opener?.focus();
    onClosed();
  };
  closeOnBackdrop(dialog);
  dialog.onkeydown = (event) => event.key === 'Tab' && keepFocus(event, dialog);
  dialog.showModal();
  dialog.focus();
}

/** The dialog has no padding, so a press on the dialog itself is one beside its content. */
function closeOnBackdrop(dialog) {
  let pressed;
  dialog.onpointerdown = ({ target }) => {
    pressed = target;
  };
  dialog.onclick = ({ target }) => target === dialog && pressed === dialog && dialog.close();
}

/** Without this, Tab leaves the dialog for the browser's own bars before it comes back. */
function keepFocus(event, dialog) {
  const stops = [...dialog.querySelectorAll('button, a, input')].filter((stop) => stop.offsetParent);
  if (event.shiftKey) stops.reverse();
  const place = stops.indexOf(dialog.getRootNode().activeElement);
  event.preventDefault();
  stops[(place + 1) % stops.length].focus();
}

/** A modal dialog on its own host: closes on Escape, button and backdrop, keeps the focus in and gives it back. */
import { createHost } from '../isolated-host.js';
import css from '../styles/dialog.css';

/**
 * @param {HTMLDialogElement} dialog
 * @param {HTMLElement | undefined} opener gets the focus back
 * @param {() => void} onClosed
 * @returns {() => void} closes it; may be called again
 */
export function openModal(dialog, opener, onClosed) {
  const host = createHost('block', css, dialog);
  let isOpen = true;
  const close = () => {
    if (!isOpen) return;
    isOpen = false;
    host.remove();
    opener?.focus();
    onClosed();
  };
  document.body.append(host);
  dialog.oncancel = dialog.onclose = close;
  closeOnBackdrop(dialog, close);
  dialog.onkeydown = (event) => {
    if (event.key === 'Tab') keepFocus(event, dialog);
  };
  dialog.showModal();
  dialog.focus();
  return close;
}

/** The dialog has no padding, so a press on the dialog itself is one beside its content. The second press of a double click is none: the first has just opened the dialog. */
function closeOnBackdrop(dialog, close) {
  let isPressed;
  dialog.onmousedown = ({ target, detail }) => {
    isPressed = target === dialog && detail < 2;
  };
  dialog.onclick = ({ target }) => {
    if (isPressed && target === dialog) close();
  };
}

/** Without this, Tab leaves the dialog for the browser's own bars before it comes back. */
function keepFocus(event, dialog) {
  const stops = [...dialog.querySelectorAll('button, a, input')].filter((stop) => stop.offsetParent);
  if (event.shiftKey) stops.reverse();
  const place = stops.indexOf(dialog.getRootNode().activeElement);
  event.preventDefault();
  stops[(place + 1) % stops.length].focus();
}

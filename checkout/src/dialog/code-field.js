import { CODE_LENGTH, normaliseCode } from '../code.js';
import { element } from '../element.js';

/** Six boxes that show what one real, unseen field holds, so that pasting, filling in and backspace need no help. */
export function createCodeField({ messages }, { onCode }) {
  const boxes = Array.from({ length: CODE_LENGTH }, () => element('span', { 'aria-hidden': 'true' }));
  const input = createInput();
  const row = element('div', { class: 'boxes', dir: 'ltr' }, ...boxes, input);
  const form = element('form', {}, element('label', { for: 'code' }, messages.code), row);
  let shown;

  const offer = () => input.value.length === CODE_LENGTH && !input.readOnly && onCode(input.value);
  listen(form, input, () => {
    write(input, boxes, normaliseCode(input.value));
    offer();
  });
  return {
    element: form,
    /** A code that was sent, or belongs to an earlier try, is taken out; one that could not be checked stays. */
    show({ name, canRetry }) {
      if (name === shown) return;
      const isOld = shown === 'verifying' ? !canRetry : name === 'waiting';
      if (isOld) write(input, boxes, '');
      input.readOnly = name === 'verifying';
      if (name === 'prepared' && !canRetry) input.focus();
      shown = name;
    },
  };
}

/** Without a maxlength, which would cut "123 456" before its space can be taken out. */
function createInput() {
  return element('input', {
    id: 'code',
    'data-part': 'code',
    inputmode: 'numeric',
    autocomplete: 'one-time-code',
    'aria-describedby': 'error',
  });
}

function listen(form, input, onTyping) {
  input.oninput = onTyping;
  form.onsubmit = (event) => {
    event.preventDefault();
    onTyping();
  };
  /** The caret cannot be seen, so it stays at the end, where the next box is marked. */
  input.onfocus = input.onclick = input.onkeyup = () => input.setSelectionRange(CODE_LENGTH, CODE_LENGTH);
}

function write(input, boxes, code) {
  input.value = code;
  boxes.forEach((box, place) => {
    box.textContent = code[place] ?? '';
    box.className = place === code.length ? 'next' : '';
  });
}

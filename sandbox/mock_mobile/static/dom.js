/** Small words for the page's elements. */

/** @returns {HTMLElement} the first element marked data-part=name */
export function part(name, root = document) {
  return root.querySelector(`[data-part="${name}"]`);
}

export function element(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== false && value != null) made.setAttribute(name, value === true ? '' : value);
  }
  made.append(...children.filter((child) => child != null));
  return made;
}

/** Puts values (texts or elements) into every data-slot of that name; what is data-optional disappears with an empty one. */
export function fill(root, values) {
  for (const slot of root.querySelectorAll('[data-slot]')) {
    if (!(slot.dataset.slot in values)) continue;
    const value = values[slot.dataset.slot];
    slot.replaceChildren(...(value == null || value === '' ? [] : [value]));
    const optional = slot.closest('[data-optional]');
    if (optional) optional.hidden = [slot, ...optional.querySelectorAll('[data-slot]')].every((one) => one.textContent === '');
  }
}

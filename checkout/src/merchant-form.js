/**
 * The merchant's own form. Its fields may be called "submit", "action" or "id" and then hide the form's methods
 * of those names, so everything is called on the prototype.
 */

const ask = (form, method, ...values) => HTMLFormElement.prototype[method].apply(form, values);

/**
 * @param {HTMLFormElement} form
 * @returns {boolean} false when a field still needs the shopper, who is then told by the browser
 */
export function isFilledIn(form) {
  return ask(form, 'hasAttribute', 'novalidate') || ask(form, 'reportValidity');
}

/**
 * Writes hidden fields. A field of the shop's with the same name would be sent too: it is overwritten or switched off.
 * @param {HTMLFormElement} form
 * @param {Record<string, string>} values
 */
export function writeFields(form, values) {
  for (const [name, value] of Object.entries(values)) {
    const namesakes = [...ask(form, 'querySelectorAll', `[name=${name}]`)];
    const hidden = namesakes.find(({ type }) => type === 'hidden') ?? addField(form, name);
    for (const namesake of namesakes) namesake.disabled = namesake !== hidden;
    hidden.value = value;
  }
}

function addField(form, name) {
  const field = document.createElement('input');
  field.type = 'hidden';
  field.name = name;
  ask(form, 'append', field);
  return field;
}

/**
 * Submits the form so that the shop's own submit handlers run.
 * @param {HTMLFormElement} form
 * @returns {boolean} false when the page stays: the shop's handler took over, or the form is gone or not filled in
 */
export function submit(form) {
  let seen;
  const watch = (event) => {
    seen = event;
  };
  window.addEventListener('submit', watch, true);
  ask(form, form.requestSubmit ? 'requestSubmit' : 'submit');
  window.removeEventListener('submit', watch, true);
  return Boolean(seen && !seen.defaultPrevented);
}

/**
 * @param {HTMLFormElement} form
 * @param {string} name such as flouci:opened
 * @param {object} detail
 */
export function announce(form, name, detail) {
  ask(form, 'dispatchEvent', new CustomEvent(name, { bubbles: true, detail }));
}

/** Just enough of a page for the modules that speak to one. */

/** A form whose methods live on the prototype, as in a browser. */
export class FakeForm {
  constructor({ isValid = true, attributes = [], fields = [] } = {}) {
    Object.assign(this, { isValid, attributes, fields, events: [], submits: 0 });
  }

  hasAttribute(name) {
    return this.attributes.includes(name);
  }

  reportValidity() {
    return this.isValid;
  }

  querySelectorAll(selector) {
    const name = /^\[name=(.*)\]$/.exec(selector)[1];
    return this.fields.filter((field) => field.name === name);
  }

  append(field) {
    this.fields.push(field);
  }

  dispatchEvent(event) {
    this.events.push(event);
  }

  requestSubmit() {
    this.submits++;
    const event = { defaultPrevented: Boolean(this.isHandledByShop) };
    for (const listener of globalThis.window.listeners) listener(event);
  }
}

/** Puts the fakes where the modules look for them. */
export function installPage({ lang = '' } = {}) {
  globalThis.HTMLFormElement = FakeForm;
  globalThis.document = Object.assign(new EventTarget(), {
    hidden: false,
    documentElement: { lang },
    createElement: (tag) => (tag === 'a' ? new FakeLink() : {}),
  });
  globalThis.window = Object.assign(new EventTarget(), {
    listeners: new Set(),
  });
  return { document: globalThis.document, window: globalThis.window };
}

/** `window` that remembers its submit listeners, for forms that are no event targets. */
export function installSubmitWindow() {
  const listeners = new Set();
  globalThis.window = {
    listeners,
    addEventListener: (name, listener) => listeners.add(listener),
    removeEventListener: (name, listener) => listeners.delete(listener),
  };
}

class FakeLink {
  setAttribute(name, value) {
    this[name] = URL.canParse(value, 'https://shop.example/') ? new URL(value, 'https://shop.example/').href : value;
  }

  append() {}
}

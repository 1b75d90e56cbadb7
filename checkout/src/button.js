import { element } from './element.js';
import { createHost } from './isolated-host.js';
import css from './styles/button.css';

/**
 * @param {string} words
 * @param {string} language
 * @param {() => void} onPress
 * @returns {[host: HTMLElement, button: HTMLButtonElement]}
 */
export function createButton(words, language, onPress) {
  const attributes = { type: 'button', 'data-part': 'button', 'aria-haspopup': 'dialog', lang: language, dir: 'auto' };
  const button = element('button', attributes, words);
  button.onclick = onPress;
  return [createHost('inline-block', css, button), button];
}

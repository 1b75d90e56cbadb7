/** What the merchant's developer sees in place of a button that cannot work. */
import { createHost } from './isolated-host.js';
import { element } from './element.js';
import { directionOf } from './messages/index.js';
import css from './styles/button.css';

/**
 * @param {string} problem name of the attribute that is wrong
 * @param {object} messages
 * @returns {string} names the attribute and the fix; the name keeps its own direction
 */
export function explainProblem(problem, messages) {
  return `Flouci Sandbox: \u2068${problem}\u2069: ${messages[problem]}`;
}

/** @returns {HTMLElement} */
export function createNotice(words, language) {
  return createHost('inline-block', css, element('p', { 'data-part': 'notice', dir: directionOf(language) }, words));
}

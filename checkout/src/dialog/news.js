import { element } from '../element.js';
import { explain } from '../messages/index.js';

/** What is going on, said politely, and what went wrong, said at once. */
export function createNews({ messages }) {
  const status = element('p', { 'data-part': 'status', role: 'status' });
  const mistake = element('p', { 'data-part': 'error', role: 'alert', id: 'error' });
  return {
    element: element('div', {}, status, mistake),
    show({ name, error, isOffline }) {
      say(status, messages[isOffline ? 'offline' : name]);
      say(mistake, error ? explain(error, messages) : '');
    },
  };
}

/** The same words again would be read out again. */
function say(place, words) {
  if (place.textContent !== words) place.textContent = words;
}

/** The statement: every movement with the balance after it, between two days, and the same as a file. */
import * as api from './api.js';
import { addDeeds, addForms, currentPhone, show, watchTurn } from './device.js';
import { element, part } from './dom.js';
import { submit } from './forms.js';
import { drawScreen } from './screens.js';
import { dinars, moment, texts } from './texts.js';

let after = null;

function open() {
  show(() => drawScreen('statement'));
  const form = part('screen').querySelector('form');
  submit(form, () => read(form, null));
}

function daysOf(form) {
  return Object.fromEntries([...new FormData(form)].filter(([, value]) => value));
}

async function read(form, cursor) {
  const isSame = watchTurn();
  const days = daysOf(form);
  const page = await api.getStatement(currentPhone().phone_number, { ...days, ...(cursor ? { after: cursor } : {}), limit: 50 });
  if (!isSame()) return;
  part('form-problem', form).hidden = true;
  const list = part('lines');
  const lines = page.data.map(drawLine);
  if (cursor) list.append(...lines);
  else list.replaceChildren(...lines);
  part('no-lines').hidden = list.children.length > 0;
  part('opening').replaceChildren(dinars(page.opening_balance));
  part('closing').replaceChildren(dinars(page.closing_balance));
  part('file').href = api.statementFile(currentPhone().phone_number, days);
  after = page.next_cursor;
  part('more-lines').hidden = !after;
}

function drawLine({ at, kind, amount, balance }) {
  const isIn = amount > 0;
  return element(
    'li',
    { 'class': 'record-row', 'data-part': 'line' },
    element('p', { class: 'record-name' }, texts.statement_kinds[kind] ?? kind),
    element('p', { class: `record-amount is-${isIn ? 'in' : 'out'}` }, dinars(Math.abs(amount), isIn ? '+' : '−')),
    element('p', { class: 'small quiet' }, moment(at)),
    element('p', { class: 'small quiet' }, dinars(balance)),
  );
}

addDeeds({
  'statement': open,
  'more-lines': () => {
    const form = part('screen').querySelector('form');
    submit(form, () => read(form, after));
  },
});
addForms({ statement: (form) => submit(form, () => read(form, null)) });

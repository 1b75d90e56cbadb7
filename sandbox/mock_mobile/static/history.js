/** The history: a search as one types, and further pages below. */
import { getHistory } from './api.js';
import { part } from './dom.js';
import { drawHistory } from './records.js';

const PATIENCE = 300;
const form = part('history-search');
const more = part('history-more');
let next = null;
let timer;

/** @param {() => string | undefined} numberOf the phone that is chosen now */
export function connectHistory(numberOf, onProblem) {
  const load = async (after) => {
    const number = numberOf();
    if (!number) return;
    const search = form.elements.search.value.trim();
    const page = await getHistory(number, { search, after });
    if (number !== numberOf() || search !== form.elements.search.value.trim()) return;
    drawHistory(page.data, !after);
    keepNext(page);
  };
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    load().catch(onProblem);
  });
  form.addEventListener('input', () => {
    clearTimeout(timer);
    timer = setTimeout(() => load().catch(onProblem), PATIENCE);
  });
  more.addEventListener('click', () => load(next).catch(onProblem));
}

/** What polling brings; a search, or a reader further down, is not disturbed by it. */
export function drawFirstPage(page) {
  form.elements.search.value = '';
  drawHistory(page.data);
  keepNext(page);
}

export const isSearching = () => form.elements.search.value.trim() !== '' || part('history').children.length > 50;

function keepNext({ next_cursor: cursor }) {
  next = cursor;
  more.hidden = !cursor;
}

/** Does something again and again while the page is visible, one at a time. */

/**
 * @param {(round: number) => Promise<void>} work
 * @param {number} milliseconds between two rounds
 */
export function poll(work, milliseconds) {
  let round = 0;
  let timer;

  async function next() {
    clearTimeout(timer);
    if (document.hidden) return;
    try {
      await work((round += 1));
    } finally {
      clearTimeout(timer);
      timer = setTimeout(next, milliseconds);
    }
  }

  document.addEventListener('visibilitychange', next);
  timer = setTimeout(next, milliseconds);
}

/** Does something again and again while the page is visible, one at a time. */

/**
 * @param {(round: number) => Promise<void>} work
 * @param {number} milliseconds between two rounds
 * @returns {() => void} stops it
 */
export function poll(work, milliseconds) {
  let round = 0;
  let isWorking = false;
  let isStopped = false;
  let timer;

  async function next() {
    clearTimeout(timer);
    if (document.hidden || isWorking || isStopped) return;
    isWorking = true;
    try {
      await work((round += 1));
    } finally {
      isWorking = false;
      if (!isStopped) timer = setTimeout(next, milliseconds);
    }
  }

  document.addEventListener('visibilitychange', next);
  timer = setTimeout(next, milliseconds);
  return () => {
    isStopped = true;
    clearTimeout(timer);
    document.removeEventListener('visibilitychange', next);
  };
}

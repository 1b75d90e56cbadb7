import { waitAfter } from './backoff.js';

/**
 * Asks for the status about every second while it runs and the page can be seen; slower when nobody answers.
 * @param {(signal: AbortSignal) => Promise<object>} ask
 * @param {(answer: object) => void} onAnswer
 * @param {(error: Error) => void} onFailure the poller goes on unless it is stopped
 * @returns {{start: () => void, stop: () => void}} both may be called again and again
 */
export function createPoller(ask, onAnswer, onFailure) {
  let run = null;
  let turn = 0;
  let failures = 0;
  let timer = 0;

  /** An answer that comes after a newer question, or after the end, is thrown away. */
  async function poll() {
    if (document.hidden) return;
    const mine = ++turn;
    const [tell, news] = await ask(run.signal).then(
      (answer) => [onAnswer, answer],
      (error) => [onFailure, error],
    );
    if (mine !== turn) return;
    failures = tell === onFailure ? failures + 1 : 0;
    pollAfter(waitAfter(failures));
    tell(news);
  }

  function pollAfter(milliseconds) {
    clearTimeout(timer);
    timer = setTimeout(poll, milliseconds);
  }

  const wake = () => pollAfter(0);

  return {
    start() {
      if (run) return;
      run = new AbortController();
      failures = 0;
      const { signal } = run;
      document.addEventListener('visibilitychange', wake, { signal });
      window.addEventListener('online', wake, { signal });
      pollAfter(waitAfter(0));
    },
    stop() {
      clearTimeout(timer);
      turn++;
      run?.abort();
      run = null;
    },
  };
}

/** Minutes and seconds until a code expires, by the sandbox's clock. */
import { sandboxNow, syncClock } from './clock.js';

const TICK = 500;
const LOOK = 2000; // how soon a clock that was moved meanwhile is noticed

/**
 * @param {HTMLElement} place holds [data-slot=left] and .meter
 * @param {string} until ISO 8601
 * @param {number} span milliseconds from the first moment to the last
 * @param {() => void} onEnd
 * @returns {() => void} stops it
 */
export function startCountdown(place, until, span, onEnd) {
  const end = Date.parse(until);
  const words = place.querySelector('[data-slot="left"]');
  const bar = place.querySelector('.meter > span');
  const timers = [setInterval(show, TICK), setInterval(syncClock, LOOK)];

  function show() {
    const left = Math.max(0, end - sandboxNow());
    const seconds = Math.ceil(left / 1000);
    words.textContent = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
    bar.style.setProperty('inline-size', `${Math.min(100, (left / span) * 100)}%`);
    if (left > 0) return;
    stop();
    onEnd();
  }

  const stop = () => timers.forEach(clearInterval);

  show();
  return stop;
}

/** The sandbox's clock: a tester may move, stop or hasten it, so what expires is counted by it and not by the browser's. */
import { getClock } from './api.js';

let known = { now: Date.now(), at: performance.now(), rate: 1 };

/** Asks the sandbox; where no clock answers (the phone served alone), the browser's counts on. */
export async function syncClock() {
  try {
    const { now, rate } = await getClock();
    known = { now: Date.parse(now), at: performance.now(), rate };
  } catch {
    known = { now: sandboxNow(), at: performance.now(), rate: 1 };
  }
}

/** @returns {number} milliseconds since 1970; a clock that stands still has a rate of 0 */
export function sandboxNow() {
  return known.now + (performance.now() - known.at) * known.rate;
}

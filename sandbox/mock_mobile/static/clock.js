/** The sandbox's clock: a tester may have moved or frozen it, so what expires is counted by it and not by the browser's. */
import { getClock } from './api.js';

let known = { now: Date.now(), at: performance.now(), frozen: false };

/** Asks the sandbox; where no clock answers (the phone served alone), the browser's counts on. */
export async function syncClock() {
  try {
    const { now, frozen } = await getClock();
    known = { now: Date.parse(now), at: performance.now(), frozen };
  } catch {
    known = { now: sandboxNow(), at: performance.now(), frozen: false };
  }
}

/** @returns {number} milliseconds since 1970 */
export function sandboxNow() {
  return known.now + (known.frozen ? 0 : performance.now() - known.at);
}

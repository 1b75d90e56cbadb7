/** Time as the countdown shows it. */

const TOLERATED_SECONDS = 1.5;

/**
 * @param {number} seconds
 * @returns {string} "2:05", never below "0:00"
 */
export function formatSeconds(seconds) {
  const whole = Math.max(0, Math.ceil(seconds));
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, '0')}`;
}

/**
 * Every answer brings the time left in whole seconds. Following each would make the countdown stutter, so one is
 * followed only when it clearly disagrees, as when the sandbox's clock was moved.
 * @param {number} left seconds the countdown believes in
 * @param {number} told seconds the sandbox told
 */
export function settleSeconds(left, told) {
  return Math.abs(left - told) <= TOLERATED_SECONDS ? left : told;
}

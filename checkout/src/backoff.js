/**
 * How long to wait before the sandbox is asked again.
 * @param {number} failures failed tries in a row
 * @returns {number} milliseconds: 1 s when all is well, then 2, 4, 8 and 8 ever after
 */
export function waitAfter(failures) {
  return 1000 * 2 ** Math.min(failures, 3);
}

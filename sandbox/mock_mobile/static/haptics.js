/** What the hand feels: a tick for a key, a pattern for good and for bad; nothing where the device cannot, or the person wants calm. */

const PATTERNS = { key: 12, good: [30, 60, 30], bad: [80, 50, 80], news: 40 };
const calm = matchMedia('(prefers-reduced-motion: reduce)');

/** @param {'key' | 'good' | 'bad' | 'news'} what */
export function feel(what) {
  // Browsers refuse, and complain, before the person has touched the page.
  if (calm.matches || !navigator.userActivation?.hasBeenActive) return;
  navigator.vibrate?.(PATTERNS[what]);
}

import { formatSeconds, settleSeconds } from '../clock.js';
import { element } from '../element.js';

/**
 * Counts down what the sandbox last told, between its answers, as fast as its clock goes: the six-digit code's time, else
 * the session's.
 */
export function createCountdown({ messages }) {
  const digits = element('bdi');
  const label = element('span');
  let told = 0;
  let rate = 1;
  let since = 0;

  const secondsLeft = () => told - ((performance.now() - since) / 1000) * rate;
  const draw = () => {
    digits.textContent = formatSeconds(secondsLeft());
  };
  const timer = setInterval(draw, 250);
  return {
    element: element('p', { 'data-part': 'countdown', role: 'timer' }, label, ' ', digits),
    show({ code_expires_in_seconds: keySeconds, expires_in_seconds: seconds = 0, clock_rate: newRate = 1 }) {
      const isKey = typeof keySeconds === 'number';
      label.textContent = messages[isKey ? 'key' : 'session'];
      told = settleSeconds(secondsLeft(), isKey ? keySeconds : seconds);
      rate = newRate;
      since = performance.now();
      draw();
    },
    stop: () => clearInterval(timer),
  };
}

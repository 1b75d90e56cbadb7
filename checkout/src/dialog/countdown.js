import { formatSeconds, settleSeconds } from '../clock.js';
import { element } from '../element.js';

/** Counts down what the sandbox last told, between its answers: the six-digit code's time, else the session's. */
export function createCountdown({ messages }) {
  const digits = element('bdi');
  const label = element('span');
  let deadline = 0;

  const secondsLeft = () => (deadline - performance.now()) / 1000;
  const draw = () => {
    digits.textContent = formatSeconds(secondsLeft());
  };
  const timer = setInterval(draw, 250);
  return {
    element: element('p', { 'data-part': 'countdown', role: 'timer' }, label, ' ', digits),
    show({ code_expires_in_seconds: keySeconds, expires_in_seconds: seconds = 0 }) {
      const isKey = typeof keySeconds === 'number';
      label.textContent = messages[isKey ? 'key' : 'session'];
      deadline = performance.now() + settleSeconds(secondsLeft(), isKey ? keySeconds : seconds) * 1000;
      draw();
    },
    stop: () => clearInterval(timer),
  };
}

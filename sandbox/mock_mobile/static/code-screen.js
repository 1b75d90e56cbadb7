/** The six digits, and what becomes of the payment while its owner types them into the form. */
import { listPayments, Problem } from './api.js';
import { sandboxNow, syncClock } from './clock.js';
import { startCountdown } from './countdown.js';
import { part } from './dom.js';
import { feel } from './haptics.js';
import { findScanOfPayment } from './memory.js';
import { poll } from './poll.js';
import { drawPaid, drawProblem, drawScreen } from './screens.js';
import { dinars, texts } from './texts.js';

const POLL_EVERY = 2000;

/**
 * @param {string} number the phone's
 * @param {{code: string, payment_id: string, merchant: string, amount: number, expires_at: string}} shown
 * @param {() => void} onEnd called when the payment is over, well or badly
 * @returns {() => void} stops watching
 */
export function watchCode(number, shown, onEnd) {
  const screen = drawScreen('code', { code: shown.code, merchant: shown.merchant, amount: dinars(shown.amount) });
  const place = part('countdown', screen);
  let isOver = false;
  part('refuse', screen).hidden = !findScanOfPayment(shown.payment_id);
  const span = Date.parse(shown.expires_at) - sandboxNow();
  const stopCounting = startCountdown(place, shown.expires_at, span, () => end('expired'));
  const stopPolling = poll(check, POLL_EVERY);

  async function check() {
    await syncClock();
    try {
      const payments = await listPayments(number);
      if (isOver) return;
      follow(payments.find(({ id }) => id === shown.payment_id));
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
    }
  }

  function follow(payment) {
    if (payment?.state === 'verified') {
      stopCounting();
      place.hidden = true;
      part('refuse', screen).hidden = true;
      part('code-status', screen).textContent = texts.verified;
    } else if (payment?.state === 'executed') {
      stop();
      feel('good');
      drawPaid(shown);
      onEnd();
    } else if (payment && payment.state !== 'prepared') {
      end(payment.reason === 'WRONG_CODE' ? 'refused' : payment.state);
    }
  }

  function end(state) {
    stop();
    drawProblem(texts.ended[state] ?? texts.ended.cancelled);
    onEnd();
  }

  function stop() {
    isOver = true;
    stopCounting();
    stopPolling();
  }

  return stop;
}

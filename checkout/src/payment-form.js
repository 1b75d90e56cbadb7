import { isPassing } from './api.js';
import { openDialog } from './dialog/dialog.js';
import { announce } from './merchant-form.js';
import { INITIAL, isGoingOn, isLive, reduce } from './state.js';
import { createPoller } from './status-poller.js';

/**
 * Opens the payment form, which ties the dialog, the state, the poller and the sandbox together until it is closed.
 * A session that can still be paid is kept in the request, so that the form opens with it again: its code stays good.
 * @param {import('./chain/payment-handler.js').PaymentRequest} request
 * @param {(typed: object) => void} onCode gets what the request gains each time six digits have been typed
 * @returns {{isOpen: () => boolean, close: () => void}}
 */
export function openPaymentForm(request, onCode) {
  const { api, form, wanted } = request;
  const ending = new AbortController();
  const { signal } = ending;
  const dialog = openDialog(request, { onCode: enterCode, onRetry: retry, onStep: takeStep, onClosed: end });
  const poller = createPoller((until) => api.readStatus(state.session, until), learn, fail);
  const { close } = dialog;
  let state = INITIAL;
  let code;

  async function openSession() {
    try {
      const news = request.live && (await readKept());
      if (!news) request.live = await api.openSession(wanted, signal);
      const session = request.live;
      report({ ...session, session, type: 'OPENED' });
      if (news) learn(news);
    } catch (error) {
      report({ type: error.code, error });
    }
  }

  /** @returns {Promise<object | false | undefined>} its status, nothing when it is over or unknown */
  async function readKept() {
    try {
      const news = await api.readStatus(request.live, signal);
      return isGoingOn(news) && news;
    } catch (error) {
      if (isPassing(error)) throw error;
    }
  }

  function learn({ session, status, ...news }) {
    report({ ...news, type: status });
  }

  /** A passing failure is waited out. */
  function fail(error) {
    report(isPassing(error) ? { type: 'CONNECTION_LOST' } : { type: error.code, error });
  }

  function enterCode(typed) {
    code = typed;
    report({ type: 'CODE_ENTERED' });
    if (state.name === 'verifying') onCode({ code, session: state.session, signal, report, close });
  }

  /** What the shopper does for a way to pay in the form; what comes of it, the next status tells. */
  async function takeStep(step, fields) {
    try {
      const answer = await api.takeStep(state.session, step, fields, signal);
      report({ type: 'STEP', error: null });
      return answer;
    } catch (error) {
      report({ type: 'STEP', error });
    }
  }

  function retry() {
    if (isLive(state)) {
      enterCode(code);
    } else {
      report({ type: 'RESTARTED' });
      openSession();
    }
  }

  function report(event) {
    const before = state;
    if (!signal.aborted) state = reduce(state, event);
    if (state === before) return;
    if (state.paymentId) request.live = null;
    if (isLive(state)) poller.start();
    else poller.stop();
    dialog.show(state);
    if (state.name === 'failed') console.error('Flouci Sandbox:', state.error);
    if (state.name !== before.name) tellPage(before === INITIAL && state.session ? 'opened' : state.name);
  }

  function tellPage(news) {
    announce(form, `flouci:${news}`, { session: state.session?.session, payment_id: state.paymentId });
  }

  function end() {
    ending.abort();
    poller.stop();
    tellPage('closed');
  }

  /** The browser's Back button may bring the page back as it was left: paid, with the dialog still open. */
  window.addEventListener('pageshow', (event) => event.persisted && state.paymentId && close(), { signal });
  dialog.show(state);
  openSession();
  return { close, isOpen: () => !signal.aborted };
}

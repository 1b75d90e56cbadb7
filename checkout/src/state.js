/**
 * The payment form's state machine, as data and a pure function of (state, event).
 * Events are the statuses the sandbox answers when polled, its error codes, and what the shopper does.
 * '*' stands for every error code that is not listed.
 */

/** What may happen while the phone may still move. */
const LIVE = {
  OPENED: 'waiting',
  SCANNED: 'scanned',
  PREPARED: 'prepared',
  /** A check whose answer got lost: the same code is accepted again. */
  VERIFIED: 'prepared',
  ATTEMPT_FAILED: 'waiting',
  REFUSED: 'refused',
  EXPIRED: 'expired',
  SESSION_EXPIRED: 'expired',
  CODE_ENTERED: 'verifying',
  '*': 'failed',
};
const OVER = { RESTARTED: 'loading' };

/** For each state: the events it knows, and the states they lead to. Other events are ignored. */
export const TRANSITIONS = {
  loading: { OPENED: 'waiting', '*': 'failed' },
  waiting: LIVE,
  scanned: LIVE,
  prepared: LIVE,
  verifying: {
    VERIFIED: 'verified',
    WRONG_CODE: 'prepared',
    CODE_LOCKED: 'waiting',
    CODE_EXPIRED: 'waiting',
    NOT_PREPARED: 'waiting',
    SESSION_EXPIRED: 'expired',
    '*': 'prepared',
  },
  verified: {},
  refused: OVER,
  expired: OVER,
  failed: OVER,
};

/**
 * @typedef {object} State besides these, whatever the last events brought
 * @property {keyof typeof TRANSITIONS} name
 * @property {object} [session] what the sandbox answered when it opened the session
 * @property {string} [paymentId]
 * @property {{code: string} | null} [error] what the shopper is told, until the next state
 * @property {boolean} [canRetry]
 * @property {boolean} [isOffline]
 * @property {number} [expires_in_seconds] the session's
 * @property {number | null} [code_expires_in_seconds]
 * @property {number} [clock_rate] how many of the sandbox's seconds pass in one of real time
 */

/** @type {State} */
export const INITIAL = { name: 'loading' };

/**
 * @param {State} state
 * @returns {boolean} whether the sandbox is asked for news in this state
 */
export function isLive({ name }) {
  return TRANSITIONS[name] === LIVE;
}

/** @returns {boolean} whether a session that the sandbox says is in this status can still be paid */
export function isGoingOn({ status }) {
  return isLive({ name: LIVE[status] });
}

/**
 * @param {State} state
 * @param {{type: string, error?: {code: string}}} event
 * @returns {State} the very same object when the state does not know the event
 */
export function reduce(state, event) {
  if (event.type === 'CONNECTION_LOST') return { ...state, isOffline: true };
  if (event.type === 'STEP') return takeStep(state, event);
  const known = TRANSITIONS[state.name];
  const isUnknownError = event.error && !known[event.type];
  const name = known[isUnknownError ? '*' : event.type];
  if (!name) return state;
  if (name === 'loading') return INITIAL;
  const canRetry = isUnknownError || TRANSITIONS[name] === OVER;
  const fresh = name === state.name ? {} : { error: null, canRetry };
  return { ...state, ...fresh, isOffline: false, ...event, ...reasonOf(event), name };
}

/**
 * A step that was refused leaves the form as it is, unless nothing can be paid in it any more. A number or PIN that cannot be
 * one is a wrong one.
 */
function takeStep(state, { error }) {
  if (!isLive(state)) return state;
  if (error?.code === 'SESSION_EXPIRED') return reduce(state, { type: error.code, error });
  return { ...state, error: /phone|pin/.test(error?.field) ? { code: 'WRONG_PIN' } : error };
}

/** Why an attempt came to nothing. A wrong code that ends it was the last one allowed. */
function reasonOf({ type, reason }) {
  if (type === 'REFUSED' && reason) return { error: { code: reason } };
  if (type !== 'ATTEMPT_FAILED') return {};
  return { error: { code: reason === 'WRONG_CODE' ? 'CODE_LOCKED' : (reason ?? type) } };
}

/** The sandbox's checkout API as the browser sees it. Form-encoded bodies keep the calls free of CORS preflights. */

const TIMEOUT_MILLISECONDS = 15000;

/**
 * Every method rejects with an Error that carries the sandbox's own `code`, `hint` and other details, or the code
 * NETWORK or SERVER_ERROR when the sandbox gave none, and `status`, the HTTP status (0 without an answer).
 * @param {string} base URL of the sandbox without a slash at the end
 */
export function createApi(base) {
  /** A sandbox that knows itself by another host name still answers here, and no other host is ever asked. */
  const atBase = (link) => {
    const { pathname, search } = new URL(link, base);
    return new URL(base).origin + pathname + search;
  };
  return {
    openSession: (wanted, signal) => request(`${base}/api/checkout/sessions`, signal, wanted),
    readStatus: ({ links }, signal) => request(atBase(links.status), signal),
    takeStep: ({ links }, step, fields, signal) => request(`${atBase(links.status)}/methods/${step}`, signal, fields),
    verifyCode: ({ links, session }, code, signal) => request(atBase(links.verify), signal, { session, code }),
  };
}

/** Whether the same request may well succeed a moment later. */
export function isPassing({ status }) {
  return status < 400 || status === 429 || status >= 500;
}

async function request(url, signal, fields) {
  const [status, answer] = await exchange(url, signal, fields);
  if (answer && status && status < 400) return answer;
  const { message, ...details } = answer?.error ?? { code: 'SERVER_ERROR' };
  throw Object.assign(new Error(message), details, { status });
}

/** One exchange, body included, that ends when the caller or the clock says so; an answer that is no JSON is null. */
async function exchange(url, signal, fields) {
  const ending = new AbortController();
  const end = () => ending.abort();
  const timer = setTimeout(end, TIMEOUT_MILLISECONDS);
  signal.addEventListener('abort', end);
  try {
    const options = { credentials: 'omit', cache: 'no-store', signal: ending.signal };
    const response = await fetch(url, fields ? { ...options, method: 'POST', body: encode(fields) } : options);
    return [response.status, await response.json().catch(() => null)];
  } catch {
    return [0, { error: { code: 'NETWORK' } }];
  } finally {
    clearTimeout(timer);
  }
}

function encode(fields) {
  return new URLSearchParams(Object.entries(fields).filter(([, value]) => value));
}

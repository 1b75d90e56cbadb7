import assert from 'node:assert/strict';
import { test } from 'node:test';
import { INITIAL, isGoingOn, isLive, reduce, TRANSITIONS } from '../src/state.js';

const OPENED = { type: 'OPENED', session: { session: 's' }, expires_in_seconds: 1200 };
const PREPARED = { type: 'PREPARED', code_expires_in_seconds: 120, expires_in_seconds: 1100 };
const ENTERED = { type: 'CODE_ENTERED' };

const after = (...events) => events.reduce(reduce, INITIAL);
const failure = (code, details = {}) => ({ type: code, error: { code, ...details } });

test('a payment goes from loading to verified', () => {
  const events = [OPENED, { type: 'SCANNED' }, PREPARED, ENTERED, { type: 'VERIFIED', paymentId: 'p' }];
  const names = events.map((_, last) => after(...events.slice(0, last + 1)).name);
  assert.deepEqual(names, ['waiting', 'scanned', 'prepared', 'verifying', 'verified']);
  assert.equal(after(...events).paymentId, 'p');
});

test('what the sandbox told is kept for the countdown', () => {
  const state = after(OPENED, PREPARED);
  assert.equal(state.code_expires_in_seconds, 120);
  assert.equal(state.expires_in_seconds, 1100);
  assert.deepEqual(state.session, { session: 's' });
});

test('a wrong code may be typed again and its message outlives the next polls', () => {
  const wrong = after(OPENED, PREPARED, ENTERED, failure('WRONG_CODE', { tries_left: 2 }));
  assert.equal(wrong.name, 'prepared');
  assert.equal(wrong.canRetry, false);
  const polled = [PREPARED, PREPARED].reduce(reduce, wrong);
  assert.deepEqual(polled.error, { code: 'WRONG_CODE', tries_left: 2 });
  assert.equal(reduce(polled, ENTERED).error, null);
});

test('a lost attempt shows the QR code of the same session again', () => {
  for (const code of ['CODE_LOCKED', 'CODE_EXPIRED', 'NOT_PREPARED']) {
    const state = after(OPENED, PREPARED, ENTERED, failure(code));
    assert.equal(state.name, 'waiting', code);
    assert.equal(state.error.code, code);
    assert.equal(state.session, OPENED.session);
  }
});

test('a failed attempt says why, and a wrong code that ended it was the last allowed', () => {
  const failed = (reason) => after(OPENED, PREPARED, { type: 'ATTEMPT_FAILED', reason }).error.code;
  assert.equal(failed('INSUFFICIENT_FUNDS'), 'INSUFFICIENT_FUNDS');
  assert.equal(failed('WRONG_CODE'), 'CODE_LOCKED');
  assert.equal(failed(null), 'ATTEMPT_FAILED');
});

test('an unknown error while checking leaves the code to be sent again', () => {
  const state = after(OPENED, PREPARED, ENTERED, failure('NETWORK'));
  assert.equal(state.name, 'prepared');
  assert.equal(state.canRetry, true);
});

test('an unknown error at any other time ends the try', () => {
  assert.equal(after(failure('APP_NOT_FOUND')).name, 'failed');
  assert.equal(after(OPENED, failure('SESSION_NOT_FOUND')).name, 'failed');
  assert.equal(after(OPENED, failure('SESSION_EXPIRED')).name, 'expired');
});

test('every end offers a new start, from which nothing of the old session is left', () => {
  for (const last of [{ type: 'REFUSED', reason: 'REFUSED_BY_SHOPPER' }, { type: 'EXPIRED' }, failure('BOOM')]) {
    const end = after(OPENED, last);
    assert.equal(end.canRetry, true);
    assert.equal(reduce(end, { type: 'RESTARTED' }), INITIAL);
  }
});

test('a refusal without a reason needs no message', () => {
  assert.equal(after(OPENED, { type: 'REFUSED', reason: null }).error, null);
});

test('a lost connection changes nothing else and is over with the next news', () => {
  const lost = reduce(after(OPENED, PREPARED), { type: 'CONNECTION_LOST' });
  assert.equal(lost.name, 'prepared');
  assert.equal(lost.isOffline, true);
  assert.equal(reduce(lost, PREPARED).isOffline, false);
});

test('a session goes on until it is paid, refused or expired', () => {
  for (const status of ['OPENED', 'SCANNED', 'PREPARED', 'ATTEMPT_FAILED', 'VERIFIED']) assert.ok(isGoingOn({ status }), status);
  for (const status of ['PAID', 'REFUSED', 'EXPIRED', undefined]) assert.ok(!isGoingOn({ status }), status);
});

test('nothing leads out of verified, so a form is submitted once', () => {
  const verified = after(OPENED, PREPARED, ENTERED, { type: 'VERIFIED', paymentId: 'p' });
  for (const type of [...allEventTypes(), 'SOMETHING']) assert.equal(reduce(verified, { type }), verified, type);
});

test('no order of events leads out of the table, and a live state is never without its session', () => {
  const types = allEventTypes();
  let seed = 7;
  const next = () => (seed = (seed * 16807) % 2147483647);
  for (let walk = 0; walk < 500; walk++) {
    let state = INITIAL;
    for (let step = 0; step < 30; step++) {
      const type = types[next() % types.length];
      const event = type === 'OPENED' ? OPENED : { type, ...(next() % 2 && { error: { code: type } }) };
      state = reduce(state, event);
      assert.ok(state.name in TRANSITIONS);
      if (isLive(state)) assert.ok(state.session);
    }
  }
});

function allEventTypes() {
  return [...new Set(Object.values(TRANSITIONS).flatMap(Object.keys))].filter((type) => type !== '*');
}

test('a number or PIN that cannot be one is a wrong one; other fields are told in the sandbox\'s words', () => {
  const refuse = (field) => reduce({ name: 'waiting' }, { type: 'STEP', error: { code: 'INVALID_INPUT', field } }).error;
  assert.deepEqual(refuse('phone_number'), { code: 'WRONG_PIN' });
  assert.deepEqual(refuse('pin'), { code: 'WRONG_PIN' });
  assert.deepEqual(refuse('voucher'), { code: 'INVALID_INPUT', field: 'voucher' });
});

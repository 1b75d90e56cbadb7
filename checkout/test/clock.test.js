import assert from 'node:assert/strict';
import { test } from 'node:test';
import { waitAfter } from '../src/backoff.js';
import { formatSeconds, settleSeconds } from '../src/clock.js';

test('a countdown is shown in minutes and seconds and stops at zero', () => {
  assert.deepEqual([1200, 119.2, 60, 9, 0.1, 0, -5].map(formatSeconds), ['20:00', '2:00', '1:00', '0:09', '0:01', '0:00', '0:00']);
});

test('a countdown follows the sandbox only when they clearly disagree', () => {
  assert.equal(settleSeconds(100.4, 100), 100.4);
  assert.equal(settleSeconds(100, 40), 40);
  assert.equal(settleSeconds(-3, 120), 120);
});

test('waiting doubles from one second to eight', () => {
  assert.deepEqual([0, 1, 2, 3, 4, 50].map(waitAfter), [1000, 2000, 4000, 8000, 8000, 8000]);
});

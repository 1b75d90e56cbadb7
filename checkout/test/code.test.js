import assert from 'node:assert/strict';
import { test } from 'node:test';
import { normaliseCode } from '../src/code.js';

test('a code is read however it is written', () => {
  for (const written of ['123456', '123 456', ' 123-456\n', 'Code: 123456.', '١٢٣٤٥٦', '۱۲۳۴۵۶', '12٣4 ٥6']) {
    assert.equal(normaliseCode(written), '123456', written);
  }
});

test('only the first six digits are kept', () => {
  assert.equal(normaliseCode('1234567'), '123456');
  assert.equal(normaliseCode('12a'), '12');
  assert.equal(normaliseCode('abc'), '');
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatAmount, normaliseAmount } from '../src/money.js';

test('an amount is taken as what it plainly means', () => {
  const cases = [[1000, 1000], ['1000', 1000], [' 30500 ', 30500], ['30500.0', 30500], [64.1 * 1000, 64100], ['64099.99999999999', 64100]];
  for (const [given, millimes] of cases) assert.equal(normaliseAmount(given), millimes, String(given));
});

test('anything that is not a whole number of millimes above zero is refused', () => {
  const refused = [undefined, null, '', '0', 0, '-5', '12.5', '12,500', '1e3', '0x10', 'NaN', Infinity, '12.500 DT', '9'.repeat(20), {}];
  for (const given of refused) assert.equal(normaliseAmount(given), null, String(given));
});

test('people see dinars with three decimals and Latin digits', () => {
  const spaceless = (text) => text.replace('\u00a0', ' ');
  assert.equal(spaceless(formatAmount(12500, 'fr')), '12.500 DT');
  assert.equal(spaceless(formatAmount(5, 'en')), '0.005 DT');
  assert.equal(spaceless(formatAmount(1234567, 'ar')), '1234.567 د.ت');
});

test('formatting loses nothing', () => {
  for (let amount = 1; amount < 3_000_000; amount += 997) {
    assert.equal(Number(formatAmount(amount, 'fr').slice(0, -3).replace('.', '')), amount);
  }
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { QrPayloadBuilder } from '../src/qr-payload.js';

const NEEDED = { app: 'f6b5d0a5-e559-4acb-bcbb-a9e6ec9d788d', amount: 12500, session: 'S'.repeat(22) };
const LONGEST_TEXT = 400;

const build = (fields) => new QrPayloadBuilder().with(NEEDED).with(fields).build();
const read = (text) => Object.fromEntries(new URLSearchParams(text.slice(text.indexOf('?'))));

test('the fields come in the order of the contract, percent-encoded', () => {
  const text = build({ description: 'Deux cafés & thé', name: 'متجر', id: 'TX12530' });
  assert.equal(
    text,
    'flouci-sandbox://pay?v=1&app=f6b5d0a5-e559-4acb-bcbb-a9e6ec9d788d&amount=12500&session=SSSSSSSSSSSSSSSSSSSSSS' +
      '&id=TX12530&name=%D9%85%D8%AA%D8%AC%D8%B1&description=Deux%20caf%C3%A9s%20%26%20th%C3%A9',
  );
});

test('empty fields are left out', () => {
  assert.deepEqual(Object.keys(read(build({ id: '', name: '', description: undefined }))), ['v', 'app', 'amount', 'session']);
});

test('the description is shortened before the name is', () => {
  const fields = read(build({ name: 'Boutique', description: 'd'.repeat(1000) }));
  assert.equal(fields.name, 'Boutique');
  assert.match(fields.description, /^d{100,}$/);
});

test('the description goes before the name is shortened', () => {
  const fields = read(build({ name: 'n'.repeat(1000), description: 'd' }));
  assert.match(fields.name, /^n{100,}$/);
  assert.equal(fields.description, undefined);
});

test('a text is cut between code points', () => {
  for (let padding = 0; padding < 12; padding++) {
    const { description } = read(build({ description: 'x'.repeat(padding) + '🧺'.repeat(100) }));
    assert.match(description, /^x*(🧺)+$/u);
  }
});

test('half a surrogate pair does not throw', () => {
  assert.equal(read(build({ name: 'a\ud83e' })).name, 'a\ufffd');
});

test('whatever the texts, the QR text fits, is ASCII and keeps what may not be cut', () => {
  const alphabet = ['a', ' ', '&', 'é', 'م', '中', '🧺', '%'];
  for (let round = 0; round < 300; round++) {
    const words = (length) => Array.from({ length }, (_, place) => alphabet[(place * 7 + round * 13) % alphabet.length]).join('');
    const id = words(round % 20);
    const text = build({ id, name: words(round % 90), description: words((round * 5) % 400) });
    assert.ok(text.length <= LONGEST_TEXT && /^[\x21-\x7e]+$/.test(text), text);
    const fields = read(text);
    assert.equal(fields.session, NEEDED.session);
    assert.equal(fields.id ?? '', id.trimEnd());
    assert.ok(words(round % 90).startsWith(fields.name ?? ''));
  }
});

test('control characters become spaces, which the phone can read', () => {
  assert.equal(read(build({ description: 'two\nlines\u0000' })).description, 'two lines');
});

test('an id that does not fit is left out whole, never cut', () => {
  const fields = read(build({ id: 'م'.repeat(64), name: 'Boutique' }));
  assert.deepEqual([fields.id, fields.name], [undefined, 'Boutique']);
  assert.equal(read(build({ id: 'x'.repeat(64), name: 'n'.repeat(80) })).id, 'x'.repeat(64));
});

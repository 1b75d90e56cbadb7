import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';
import { messagesIn } from '../src/messages/index.js';
import { readOptions } from '../src/options.js';
import { FakeForm, installPage } from './fakes.js';

let good;
beforeEach(() => {
  installPage({ lang: 'ar-TN' });
  good = { app: 'f6b5d0a5-e559-4acb-bcbb-a9e6ec9d788d', amount: '12500', form: new FakeForm(), base: 'http://127.0.0.1:8216/' };
});

test('good options become what the sandbox is asked for', () => {
  const { base, wanted, problem } = readOptions({ ...good, name: ' Boutique ', image: '/logo.png', id: null });
  assert.equal(problem, undefined);
  assert.equal(base, 'http://127.0.0.1:8216');
  assert.deepEqual(wanted, {
    app: good.app,
    id: '',
    name: 'Boutique',
    description: '',
    items: undefined,
    customer: undefined,
    image: 'https://shop.example/logo.png',
    amount: 12500,
    language: 'ar',
  });
});

test('the first wrong attribute is named, and every language says how to mend it', () => {
  const wrong = [
    ['src', { base: '' }],
    ['<form>', { form: null }],
    ['app', { app: ' ' }],
    ['app', { app: 'a token' }],
    ['data-amount', { amount: '12.5' }],
    ['data-amount', { amount: '10000001' }],
    ['data-id', { id: 'x'.repeat(65) }],
    ['data-id', { id: 'two\nlines' }],
  ];
  for (const [attribute, change] of wrong) {
    assert.equal(readOptions({ ...good, ...change }).problem, attribute, JSON.stringify(change));
    for (const language of ['fr', 'ar', 'en']) assert.ok(messagesIn(language)[attribute]);
  }
});

test('an id is any printable text, measured in characters, not in UTF-16 units', () => {
  for (const id of ['x'.repeat(64), 'م'.repeat(64), '🧺'.repeat(64), 'order 7/2 & <b>', ' \t']) {
    const { wanted, problem } = readOptions({ ...good, id });
    assert.equal(problem, undefined, id);
    assert.equal(wanted.id, id.trim());
  }
});

test('texts are cut to what the sandbox takes, between characters', () => {
  const { wanted, problem } = readOptions({ ...good, name: '🧺'.repeat(90), description: 'd'.repeat(900) });
  assert.equal(problem, undefined);
  assert.equal(wanted.name, '🧺'.repeat(80));
  assert.equal(wanted.description, 'd'.repeat(500));
});

test('a picture that cannot be shown is left out', () => {
  for (const image of ['javascript:alert(1)', 'http://', `http://shop.example/${'x'.repeat(500)}`]) {
    const { wanted, problem } = readOptions({ ...good, image });
    assert.deepEqual([wanted.image, problem], ['', undefined], image);
  }
});

test('the largest amount is 10 000 000 millimes', () => {
  assert.equal(readOptions({ ...good, amount: '10000000' }).wanted.amount, 10_000_000);
});

test('no options at all are a problem, not an exception', () => {
  assert.equal(readOptions({}).problem, 'src');
});

test('items and customer go on as they are written, and objects as JSON', () => {
  const items = ' [{"name": "زيت", "price": 12500}] ';
  assert.equal(readOptions({ ...good, items }).wanted.items, items);
  assert.equal(readOptions({ ...good, items: 'no JSON' }).problem, undefined);
  assert.equal(readOptions({ ...good, customer: { id: 'C17' } }).wanted.customer, '{"id":"C17"}');
  assert.ok(!readOptions({ ...good, customer: null }).wanted.customer);
});

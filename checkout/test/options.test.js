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
    ['data-amount', { amount: '12.5' }],
    ['data-id', { id: 'x'.repeat(65) }],
    ['data-id', { id: 'م'.repeat(60) }],
    ['data-image', { image: 'javascript:alert(1)' }],
    ['data-image', { image: 'http://' }],
  ];
  for (const [attribute, change] of wrong) {
    assert.equal(readOptions({ ...good, ...change }).problem, attribute, JSON.stringify(change));
    for (const language of ['fr', 'ar', 'en']) assert.ok(messagesIn(language)[attribute]);
  }
});

test('an id is measured in characters, not in UTF-16 units', () => {
  assert.equal(readOptions({ ...good, id: 'x'.repeat(64) }).problem, undefined);
  assert.equal(readOptions({ ...good, id: '🧺'.repeat(15) }).problem, undefined);
});

test('no options at all are a problem, not an exception', () => {
  assert.equal(readOptions({}).problem, 'src');
});

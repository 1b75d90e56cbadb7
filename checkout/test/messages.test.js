import assert from 'node:assert/strict';
import { test } from 'node:test';
import { chooseLanguage, directionOf, explain, messagesIn } from '../src/messages/index.js';
import { TRANSITIONS } from '../src/state.js';

const LANGUAGES = ['fr', 'ar', 'en'];
const CODES = `WRONG_CODE CODE_LOCKED CODE_EXPIRED NOT_PREPARED APP_NOT_FOUND APP_DISABLED NETWORK SERVER_ERROR ATTEMPT_FAILED
  INSUFFICIENT_FUNDS WALLET_BLOCKED LIMIT_EXCEEDED WRONG_PIN PIN_BLOCKED LOGIN_LOCKED
  OTP_COOLDOWN ALREADY_PREPARED REFUSED_BY_SHOPPER`.split(/\s+/);

test('every language has the same keys, all filled in', () => {
  const keys = (language) => Object.keys(messagesIn(language)).sort();
  for (const language of LANGUAGES) {
    assert.deepEqual(keys(language), keys('fr'), language);
    for (const [key, words] of Object.entries(messagesIn(language))) assert.ok(words.length > 0, `${language} ${key}`);
    assert.equal(messagesIn(language).steps.length, 3);
  }
});

test('every state and every error code has its words in every language', () => {
  for (const language of LANGUAGES) {
    for (const key of [...Object.keys(TRANSITIONS), ...CODES]) assert.ok(messagesIn(language)[key], `${language} ${key}`);
  }
});

test('Arabic is in Arabic, and French and English are not each other', () => {
  const { src, ...arabic } = messagesIn('ar');
  for (const [key, words] of Object.entries(arabic)) assert.match(String(words), /[\u0600-\u06ff]/, key);
  const same = Object.keys(messagesIn('fr')).filter((key) => String(messagesIn('fr')[key]) === String(messagesIn('en')[key]));
  assert.deepEqual(same, ['src']);
});

test('the language is the first wish that can be met, else French', () => {
  assert.equal(chooseLanguage('ar', 'en'), 'ar');
  assert.equal(chooseLanguage(null, 'en-GB'), 'en');
  assert.equal(chooseLanguage('AR_TN', ''), 'ar');
  assert.equal(chooseLanguage('FR', 'en'), 'fr');
  assert.equal(chooseLanguage(' English', 'ar'), 'en');
  assert.equal(chooseLanguage('de', 'ar-TN'), 'ar');
  assert.equal(chooseLanguage('french', 'constructor'), 'fr');
  assert.equal(chooseLanguage(undefined, undefined), 'fr');
});

test('only Arabic runs from right to left', () => {
  assert.deepEqual(LANGUAGES.map(directionOf), ['ltr', 'rtl', 'ltr']);
});

test('a known code is said in the shopper\'s words, an unknown one in the sandbox\'s', () => {
  const messages = messagesIn('en');
  assert.equal(explain({ code: 'WRONG_CODE', tries_left: 2 }, messages), 'Wrong code. Tries left: 2');
  assert.equal(explain({ code: 'APP_DISABLED', message: 'm', hint: 'h' }, messages), messages.APP_DISABLED);
  assert.equal(explain({ code: 'INVALID_INPUT', message: 'Too much.', hint: 'Less.' }, messages), 'Too much. Less.');
  assert.equal(explain({ code: 'A_NEW_REASON' }, messages), messages.ATTEMPT_FAILED);
});

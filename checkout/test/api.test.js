import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createApi, isPassing } from '../src/api.js';
import { startStub } from './stub-sandbox.js';

const { signal } = new AbortController();

async function withStub(answer, use) {
  const stub = await startStub(answer);
  try {
    await use(createApi(`${stub.base}/sub`), stub.base);
  } finally {
    stub.stop();
  }
}

test('a session is opened with a form-encoded body that leaves out what is empty', async () => {
  let seen;
  const answer = (request) => [201, ((seen = request), { session: 's' })];
  await withStub(answer, async (api) => {
    const session = await api.openSession({ app: 'a', amount: 12500, id: '', name: 'متجر' }, signal);
    assert.deepEqual(session, { session: 's' });
  });
  assert.equal(`${seen.method} ${seen.url}`, 'POST /sub/api/checkout/sessions');
  assert.match(seen.headers['content-type'], /^application\/x-www-form-urlencoded/);
  assert.deepEqual(seen.fields, { app: 'a', amount: '12500', name: 'متجر' });
});

test('links to another host are asked for at the sandbox', async () => {
  const seen = [];
  const answer = (request) => [200, (seen.push(request), {})];
  await withStub(answer, async (api) => {
    const links = { status: 'http://other.invalid:1/sub/status?x=1', verify: 'http://other.invalid:1/sub/verify' };
    await api.readStatus({ links }, signal);
    await api.verifyCode({ links, session: 's' }, '123456', signal);
  });
  assert.deepEqual(seen.map(({ method, url }) => `${method} ${url}`), ['GET /sub/status?x=1', 'POST /sub/verify']);
  assert.deepEqual(seen[1].fields, { session: 's', code: '123456' });
});

test('a refusal carries the sandbox\'s own code and details', async () => {
  const refusal = { error: { code: 'WRONG_CODE', message: 'm', hint: 'h', tries_left: 2 } };
  await withStub(() => [422, refusal], async (api) => {
    const error = await api.openSession({}, signal).catch((caught) => caught);
    assert.ok(error instanceof Error);
    const { code, message, hint, tries_left: triesLeft, status } = error;
    assert.deepEqual([code, message, hint, triesLeft, status], ['WRONG_CODE', 'm', 'h', 2, 422]);
    assert.equal(isPassing(error), false);
  });
});

test('an answer without words is a server error, which passes', async () => {
  for (const answer of [[500, '<h1>Oops'], [502, {}], [200, '<h1>Welcome to the hotel wifi']]) {
    await withStub(() => answer, async (api) => {
      const error = await api.openSession({}, signal).catch((caught) => caught);
      assert.equal(error.code, 'SERVER_ERROR');
      assert.equal(isPassing(error), true);
    });
  }
});

test('no answer is a network error, which passes', async () => {
  await withStub(() => null, async (api) => {
    const error = await api.openSession({}, signal).catch((caught) => caught);
    assert.equal(error.code, 'NETWORK');
    assert.equal(isPassing(error), true);
  });
});

test('a request ends when its signal does', async () => {
  await withStub(() => [200, {}], async (api) => {
    const ending = new AbortController();
    const asked = api.openSession({}, ending.signal);
    ending.abort();
    await assert.rejects(asked, { code: 'NETWORK' });
  });
});

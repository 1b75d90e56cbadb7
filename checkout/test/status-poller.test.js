import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';
import { createApi } from '../src/api.js';
import { createPoller } from '../src/status-poller.js';
import { installPage } from './fakes.js';
import { startStub } from './stub-sandbox.js';

let page;
beforeEach(() => {
  page = installPage();
});

/** A poller on fake timers, with a script of answers: a value, or an Error to fail with. */
function pollerWith(t, ...script) {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  const seen = { asked: 0, answers: [], failures: 0, signals: [] };
  const ask = async (signal) => {
    seen.signals.push(signal);
    const answer = script[Math.min(seen.asked++, script.length - 1)];
    if (answer instanceof Error) throw answer;
    return answer;
  };
  const poller = createPoller(ask, (answer) => seen.answers.push(answer), () => seen.failures++);
  const pass = async (milliseconds) => {
    t.mock.timers.tick(milliseconds);
    for (let turn = 0; turn < 5; turn++) await Promise.resolve();
  };
  return { poller, seen, pass };
}

test('the sandbox is asked once a second', async (t) => {
  const { poller, seen, pass } = pollerWith(t, 'a', 'b');
  poller.start();
  await pass(999);
  assert.equal(seen.asked, 0);
  await pass(1);
  await pass(1000);
  assert.deepEqual(seen.answers, ['a', 'b']);
});

test('failures slow it down to eight seconds and an answer speeds it up again', async (t) => {
  const lost = new Error('lost');
  const { poller, seen, pass } = pollerWith(t, lost, lost, lost, lost, 'back');
  poller.start();
  for (const wait of [1000, 2000, 4000, 8000]) {
    await pass(wait - 1);
    const before = seen.asked;
    await pass(1);
    assert.equal(seen.asked, before + 1, `after ${wait} ms`);
  }
  await pass(8000);
  assert.deepEqual([seen.failures, seen.answers], [4, ['back']]);
  await pass(1000);
  assert.equal(seen.asked, 6);
});

test('a stopped poller asks no more, and an answer on its way is thrown away', async (t) => {
  const { poller, seen, pass } = pollerWith(t, 'late');
  poller.start();
  t.mock.timers.tick(1000);
  poller.stop();
  await pass(60_000);
  assert.deepEqual([seen.asked, seen.answers], [1, []]);
  assert.equal(seen.signals[0].aborted, true);
  page.window.dispatchEvent(new Event('online'));
  await pass(60_000);
  assert.equal(seen.asked, 1);
});

test('starting twice is starting once', async (t) => {
  const { poller, seen, pass } = pollerWith(t, 'a');
  poller.start();
  await pass(600);
  poller.start();
  await pass(400);
  assert.equal(seen.asked, 1);
});

test('a hidden page is left alone until it is seen again', async (t) => {
  const { poller, seen, pass } = pollerWith(t, 'a');
  page.document.hidden = true;
  poller.start();
  await pass(60_000);
  assert.equal(seen.asked, 0);
  page.document.hidden = false;
  page.document.dispatchEvent(new Event('visibilitychange'));
  await pass(0);
  assert.equal(seen.asked, 1);
});

test('it asks at once when the network is back', async (t) => {
  const { poller, seen, pass } = pollerWith(t, new Error('lost'), new Error('lost'), 'back');
  poller.start();
  await pass(1000);
  await pass(2000);
  page.window.dispatchEvent(new Event('online'));
  await pass(0);
  assert.deepEqual(seen.answers, ['back']);
});

test('over real HTTP it survives a dropped connection and follows the payment', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  const script = [[200, { status: 'SCANNED' }], null, [200, { status: 'PREPARED' }]];
  const stub = await startStub(() => script.shift());
  t.after(stub.stop);
  const session = { links: { status: `${stub.base}/status` } };
  const told = [];
  const poller = createPoller(
    (signal) => createApi(stub.base).readStatus(session, signal),
    ({ status }) => told.push(status),
    ({ code }) => told.push(code),
  );
  poller.start();
  for (const wait of [1000, 1000, 2000]) {
    const before = told.length;
    t.mock.timers.tick(wait);
    while (told.length === before) await new Promise(setImmediate);
  }
  poller.stop();
  assert.deepEqual(told, ['SCANNED', 'NETWORK', 'PREPARED']);
});

import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { bundle } from '../build.js';
import { packMessages } from '../pack-messages.js';
import { ARABIC, unpackMessages } from '../src/messages/packed.js';
import { addMethod, chooseMethods } from '../src/payment-methods.js';

const names = (wish) => chooseMethods(wish).map(({ name }) => name);

for (const [name, label] of [['qr', () => 'QR'], ['app'], ['login', () => 'Login']]) addMethod({ name, label });

test('all ways to pay are offered where the merchant does not choose', () => {
  for (const wish of [undefined, null, '', ' , ']) assert.deepEqual(names(wish), ['qr', 'app', 'login']);
});

test('the merchant chooses and orders, and a name said twice counts once', () => {
  assert.deepEqual(names('login, qr'), ['login', 'qr']);
  assert.deepEqual(names('login login'), ['login']);
});

test('what can only be seen on phones is never offered alone', () => {
  assert.deepEqual(names('app'), ['app', 'qr']);
});

test('an unknown name is told to the developer and left out', (context) => {
  const warn = context.mock.method(console, 'warn', () => {});
  assert.deepEqual(names('cash,login'), ['login']);
  assert.deepEqual(names('cash'), ['qr', 'app', 'login']);
  assert.deepEqual(warn.mock.calls[0].arguments.at(-1), 'cash');
});

test('a way to pay of ones own is one more file, which adds itself', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'flouci-method-'));
  try {
    const file = join(folder, 'voucher.js');
    const table = JSON.stringify(new URL('../src/payment-methods.js', import.meta.url).pathname);
    await writeFile(file, `import { addMethod } from ${table}; addMethod({ name: 'voucher', label: () => 'Voucher', draw() {} });`);
    assert.match(String(await bundle(join(folder, 'main.js'), [file])), /"voucher"/);
  } finally {
    await rm(folder, { recursive: true });
  }
});

test('messages come out of the bundle as they went in', async () => {
  for (const language of ['fr', 'ar', 'en']) {
    const { default: messages } = await import(`../src/messages/${language}.js`);
    const keys = Object.keys(messages);
    const packed = packMessages(messages, keys);
    assert.deepEqual(unpackMessages(packed, keys), messages);
    assert.doesNotMatch(packed, ARABIC);
  }
});

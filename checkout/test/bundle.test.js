import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { createContext, runInContext } from 'node:vm';
import { gzipSync } from 'node:zlib';

const LONGEST_GZIPPED = 12_288;
const root = fileURLToPath(new URL('..', import.meta.url));
const bundle = readFileSync(`${root}dist/main.js`, 'utf8');

test('the committed bundle is what the sources build to', () => {
  execFileSync(process.execPath, ['build.js', '--check'], { cwd: root });
});

test(`the bundle is at most ${LONGEST_GZIPPED} bytes gzipped`, () => {
  assert.ok(gzipSync(bundle, { level: 9 }).length <= LONGEST_GZIPPED);
});

test('it says what it is, and is plain ASCII so that no page can garble it', () => {
  assert.match(bundle.split('\n')[0], /Flouci.*SANDBOX.*MIT/);
  assert.match(bundle, /^[\x00-\x7f]*$/);
});

test('it makes nothing global but the class, however often it runs', () => {
  const context = createContext(fakeBrowser());
  const before = new Set(Object.keys(context));
  runInContext(bundle, context);
  const { FlouciCheckout } = context.window;
  runInContext(bundle, context);
  assert.deepEqual(Object.keys(context).filter((name) => !before.has(name)), ['FlouciCheckout']);
  assert.equal(context.window.FlouciCheckout, FlouciCheckout);
  assert.equal(typeof FlouciCheckout.prototype.open, 'function');
  assert.equal(typeof FlouciCheckout.prototype.close, 'function');
  assert.equal(typeof FlouciCheckout.prototype.mount, 'function');
});

test('it runs no text as code, writes no HTML and names no host', () => {
  assert.doesNotMatch(bundle, /\beval\(|new Function|innerHTML|insertAdjacentHTML|document\.write/);
  assert.doesNotMatch(bundle, /https?:\/\/[a-z0-9]/i);
});

function fakeBrowser() {
  const document = { currentScript: null, scripts: [], querySelectorAll: () => [], addEventListener() {} };
  const globals = { document, console, TextEncoder, URL };
  globals.window = globals;
  return globals;
}

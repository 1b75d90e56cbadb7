/** Bundles src/ into the one committed file. `--check` rebuilds elsewhere and fails when the committed file differs. */
import { mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { gzipSync } from 'node:zlib';
import { build, transform } from 'esbuild';
import { minify } from 'terser';
import { packMessages } from './pack-messages.js';
import { trimQr } from './trim-qr.js';

const root = fileURLToPath(new URL('.', import.meta.url));
/** Names of properties that only the script itself reads and writes, so that the bundle may shorten them. */
const INTERNAL =
  /^(paymentId|canRetry|isOffline|onCode|onRetry|onClosed|onStep|opener|openSession|readStatus|verifyCode|takeStep|paymentForm|notice|request|live|report|handle|pass|stop|triesLeft|secondsLeft|element|show|start|isOpen|problem|fields|build|with)$/;

const committed = join(root, 'dist', 'main.js');

/** esbuild leaves CSS it is asked for as text as it was written; this puts it in minified. */
const minifiedCss = {
  name: 'minified-css',
  setup({ onLoad }) {
    onLoad({ filter: /\.css$/ }, async ({ path }) => {
      const { code } = await transform(await readFile(path, 'utf8'), { loader: 'css', minify: true });
      return { contents: shortenNames(code.trim()), loader: 'text' };
    });
  },
};

/** Custom properties and layers are the form's own, and stand in its shadow root: a letter is name enough. */
function shortenNames(css) {
  const names = [...new Set(css.match(/(?<=--)[a-z]+(?=:)|(?<=@layer )[a-z]+/g))];
  return names.reduce((text, name, place) => text.replaceAll(new RegExp(`(?<=--|@layer )${name}\\b`, 'g'), 'abcdefghijklmn'[place]), css);
}

const trimmedQr = {
  name: 'trimmed-qr',
  setup({ onLoad }) {
    onLoad({ filter: /lean-qr[\\/]nano\.mjs$/ }, async ({ path }) => ({ contents: trimQr(await readFile(path, 'utf8')) }));
  },
};

/** The three languages in one text each, without the keys that they share (pack-messages.js). */
const packedMessages = {
  name: 'packed-messages',
  setup({ onLoad }) {
    onLoad({ filter: /messages[\\/](ar|en|fr)\.js$/ }, async ({ path }) => {
      const { default: messages } = await import(pathToFileURL(path));
      const { default: model } = await import(pathToFileURL(join(root, 'src', 'messages', 'fr.js')));
      const packed = JSON.stringify(packMessages(messages, Object.keys(model)));
      const contents = `import { unpackMessages } from './packed.js'; export default unpackMessages(${packed});`;
      return { contents, resolveDir: join(root, 'src', 'messages') };
    });
    onLoad({ filter: /messages[\\/]packed\.js$/ }, async ({ path }) => {
      const { default: model } = await import(pathToFileURL(join(root, 'src', 'messages', 'fr.js')));
      const source = await readFile(path, 'utf8');
      return { contents: source.replace("'KEYS'", JSON.stringify(Object.keys(model).join(' '))) };
    });
  },
};

/**
 * @param {string} outfile
 * @param {string[]} [more] files of ways to pay beside those in src/methods/, each of which adds itself
 */
export async function bundle(outfile, more = []) {
  const names = (await readdir(join(root, 'src', 'methods'))).sort(byPlace);
  const { outputFiles } = await build({
    absWorkingDir: root,
    stdin: {
      contents: [...names.map((name) => `./src/methods/${name}`), ...more, './src/main.js'].map((path) => `import ${JSON.stringify(path)};`).join('\n'),
      resolveDir: root,
    },
    write: false,
    bundle: true,
    format: 'iife',
    target: 'es2020',
    charset: 'ascii',
    minify: true,
    legalComments: 'none',
    mangleProps: INTERNAL,
    plugins: [minifiedCss, packedMessages, trimmedQr],
    logLevel: 'warning',
  });
  const options = { ecma: 2020, compress: { passes: 4, unsafe: true, unsafe_arrows: true, unsafe_methods: true, pure_getters: true }, format: { ascii_only: true } };
  const { code } = await minify(outputFiles[0].text, options);
  await writeFile(outfile, `/* Flouci SANDBOX, MIT */\n${code}\n`);
  return readFile(outfile);
}

/** The QR code comes first: it is what a form opens with. */
function byPlace(one, other) {
  return Number(other === 'qr.js') - Number(one === 'qr.js') || one.localeCompare(other);
}

async function check() {
  const elsewhere = await mkdtemp(join(tmpdir(), 'flouci-checkout-'));
  try {
    const rebuilt = await bundle(join(elsewhere, 'main.js'));
    const existing = await readFile(committed).catch(() => Buffer.alloc(0));
    if (rebuilt.equals(existing)) return console.log('dist/main.js is what src/ builds to');
    console.error('dist/main.js is not what src/ builds to: run "npm run build" and commit dist/main.js');
    process.exitCode = 1;
  } finally {
    await rm(elsewhere, { recursive: true });
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  if (process.argv.includes('--check')) {
    await check();
  } else {
    const built = await bundle(committed);
    console.log(`dist/main.js: ${built.length} bytes, ${gzipSync(built, { level: 9 }).length} gzipped`);
  }
}

/** Bundles src/ into the one committed file. `--check` rebuilds elsewhere and fails when the committed file differs. */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { build, transform } from 'esbuild';

const root = fileURLToPath(new URL('.', import.meta.url));
const committed = join(root, 'dist', 'main.js');

/** esbuild leaves CSS it is asked for as text as it was written; this puts it in minified. */
const minifiedCss = {
  name: 'minified-css',
  setup({ onLoad }) {
    onLoad({ filter: /\.css$/ }, async ({ path }) => {
      const { code } = await transform(await readFile(path, 'utf8'), { loader: 'css', minify: true });
      return { contents: code.trim(), loader: 'text' };
    });
  },
};

async function bundle(outfile) {
  await build({
    absWorkingDir: root,
    entryPoints: ['src/main.js'],
    outfile,
    bundle: true,
    format: 'iife',
    target: 'es2020',
    charset: 'ascii',
    minify: true,
    legalComments: 'none',
    banner: { js: '/* Flouci Sandbox checkout: SANDBOX, no real money. MIT */' },
    plugins: [minifiedCss],
    logLevel: 'warning',
  });
  return readFile(outfile);
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

if (process.argv.includes('--check')) {
  await check();
} else {
  const built = await bundle(committed);
  console.log(`dist/main.js: ${built.length} bytes, ${gzipSync(built, { level: 9 }).length} gzipped`);
}

// Bundles src/ into dist/. One entry, split into chunks, so that `amp --help` reads only the argument parser.
import { rmSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { build } from 'esbuild';

const { version } = JSON.parse(await readFile(new URL('../package.json', import.meta.url), 'utf8'));
const outdir = process.env.AMP_BUILD_DIR ?? 'dist';
rmSync(outdir, { recursive: true, force: true });

await build({
  entryPoints: { main: 'src/main.ts' },
  outdir,
  bundle: true,
  splitting: true,
  platform: 'node',
  target: 'node20.19',
  format: 'esm',
  // Native add-ons stay outside: their binaries are found beside their own package.json.
  external: ['keytar', '@photostructure/sqlite'],
  // Bundled CommonJS packages still call require().
  banner: {
    js: "import{createRequire as __ampCreateRequire}from'node:module';const require=__ampCreateRequire(import.meta.url);",
  },
  define: { 'process.env.AMP_BUILD_VERSION': JSON.stringify(version) },
  loader: { '.sql': 'text', '.wasm': 'binary' },
  legalComments: 'linked',
  logLevel: 'warning',
});

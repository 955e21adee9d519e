// Bundles src/ into dist/. One entry, split into chunks, so that `amp --help` reads only the argument parser.
import { rmSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { build } from 'esbuild';
import { leanPackages } from './lean-packages.mjs';
import { shelves } from './shelves.mjs';

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
  // A native add-on stays outside: its binary is found beside its own package.json. SQLite's: see lean-packages.
  external: ['keytar'],
  // Bundled CommonJS packages still call require().
  banner: {
    js: "import{createRequire as __ampCreateRequire}from'node:module';const require=__ampCreateRequire(import.meta.url);",
  },
  define: { 'process.env.AMP_BUILD_VERSION': JSON.stringify(version) },
  loader: { '.sql': 'text', '.wasm': 'binary' },
  plugins: [
    leanPackages,
    shelves([
      // The list of commands and what every command's definition needs.
      [
        'src/commands/index.ts',
        'src/cli/global-flags.ts',
        'src/cli/command.ts',
        'src/commands/or-hosted.ts',
        'src/platform/umask.ts',
      ],
      // What is told when something went wrong.
      ['src/errors/catalog.ts'],
      // What every run needs.
      ['src/cli/run-command.ts'],
      // The small parts of the manifest that most commands need, then its check.
      [
        'src/manifest/rule.ts',
        'src/manifest/parts.ts',
        'src/manifest/suggest.ts',
        'src/manifest/identity.ts',
        'src/manifest/field-path.ts',
        'src/manifest/yaml/node.ts',
        'src/manifest/schedule/gap.ts',
        'src/manifest/schedule/known.ts',
        'src/platform/manifest-file.ts',
      ],
      ['src/validation/check-files.ts'],
      // The project's state, and the operations in it: most commands that are asked often begin with them.
      [
        'src/commands/with-state.ts',
        'src/config/project.ts',
        'src/store/state.ts',
        'src/store/lock.ts',
        'src/platform/moment.ts',
        'src/operations/find-operations.ts',
        'src/operations/interrupted.ts',
        'src/output/time-text.ts',
        'src/output/terminal-text.ts',
        'src/views/operations/wording.ts',
      ],
      ['src/commands/logs-parts.ts'],
      ['src/commands/operations/list-parts.ts'],
      ['src/commands/with-project.ts'],
      ['src/commands/status-parts.ts'],
    ]),
  ],
  legalComments: 'linked',
  logLevel: 'warning',
});

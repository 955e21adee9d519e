import { readFile } from 'node:fs/promises';

/**
 * esbuild plugin: keeps packages from loading parts of Node at amp's start that amp never uses through them.
 * - `import process from 'node:process'` reads every property of it, so also opens stdin, stdout and stderr;
 * - commander asks for child_process (and with it net and dgram) for subcommands that are programs of their own;
 * - SQLite's JavaScript is an ES module that imports a CommonJS one, for which Node starts its lexer: it is taken into the bundle,
 *   and only its binary is found at run time, beside its own package.json;
 * - the table package measures every cell with a regular expression of all emoji, whose compilation costs more than the table:
 *   plain ASCII is as wide as it is long, the rest is still measured by string-width.
 */
export const leanPackages = {
  name: 'lean-packages',
  setup(build) {
    build.onResolve({ filter: /^node:process$/ }, ({ kind }) =>
      kind === 'import-statement' ? { path: 'process', namespace: 'lean' } : undefined,
    );
    build.onResolve({ filter: /^node:child_process$/ }, ({ importer }) =>
      /node_modules[\\/]commander[\\/]/.test(importer) ? { path: 'child_process', namespace: 'lean' } : undefined,
    );
    build.onResolve({ filter: /^string-width$/ }, ({ importer }) =>
      /node_modules[\\/]cli-table3[\\/]/.test(importer)
        ? { path: 'string-width', namespace: 'ascii-first' }
        : undefined,
    );
    build.onLoad({ filter: /.*/, namespace: 'ascii-first' }, () => ({
      contents: asciiFirst,
      resolveDir: import.meta.dirname,
    }));
    build.onLoad({ filter: /[\\/]@photostructure[\\/]sqlite[\\/]dist[\\/]index\.mjs$/ }, async ({ path }) => ({
      contents: replaceOnce(
        replaceOnce(await readFile(path, 'utf8'), 'import nodeGypBuild from "node-gyp-build";', findBinary),
        'nodeGypBuild(join(_dirname(), ".."))',
        'nodeGypBuild(sqliteHome)',
      ),
    }));
    build.onLoad({ filter: /.*/, namespace: 'lean' }, ({ path }) => ({
      contents: path === 'process' ? 'export default globalThis.process' : 'module.exports = {}',
    }));
  },
};

const asciiFirst = `
const width = require('string-width');
module.exports = (text) => /^[\\x20-\\x7e]*$/.test(text) ? text.length : width(text);
`;

const findBinary = `
import { createRequire as requireFrom } from 'node:module';
import { dirname as folderOf } from 'node:path';
const sqliteHome = folderOf(requireFrom(import.meta.url).resolve('@photostructure/sqlite/package.json'));
const nodeGypBuild = (folder) => requireFrom(sqliteHome + '/package.json')('node-gyp-build')(folder);
`;

/** Fails the build when a new version of the package looks different. */
function replaceOnce(text, part, by) {
  if (text.split(part).length !== 2) throw new Error(`@photostructure/sqlite no longer has: ${part}`);
  return text.replace(part, () => by);
}

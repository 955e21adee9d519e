import { readFile } from 'node:fs/promises';

/**
 * esbuild plugin: keeps packages from loading parts of Node at amp's start that amp never uses through them.
 * - `import process from 'node:process'` reads every property of it, so also opens stdin, stdout and stderr;
 * - commander asks for child_process (and with it net and dgram) for subcommands that are programs of their own;
 * - SQLite's JavaScript is an ES module that imports a CommonJS one, for which Node starts its lexer: it is taken into the bundle,
 *   and only its binary is found at run time, first where npm has put it, else the way the package itself looks for one;
 * - the table package measures every cell with a regular expression of all emoji, whose compilation costs more than the table:
 *   plain ASCII and what shortens it are as wide as they are long, the rest is still measured by string-width. It also looks
 *   for cells that span others and prepares texts for its own debugging: amp has neither, nor styles that need its colours.
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
    build.onResolve({ filter: /^@colors\/colors\/safe$/ }, () => ({ path: 'colors', namespace: 'lean' }));
    build.onLoad({ filter: /.*/, namespace: 'ascii-first' }, () => ({
      contents: asciiFirst,
      resolveDir: import.meta.dirname,
    }));
    for (const [file, ...changes] of patches) {
      const filter = new RegExp(`[\\\\/]node_modules[\\\\/]${file.replaceAll('/', '[\\\\/]').replaceAll('.', '\\.')}$`);
      build.onLoad({ filter }, async ({ path }) => {
        let contents = await readFile(path, 'utf8');
        for (const [part, by] of changes) contents = replaceOnce(contents, part, by, file);
        return { contents };
      });
    }
    build.onLoad({ filter: /.*/, namespace: 'lean' }, ({ path }) => ({
      contents: path === 'process' ? 'export default globalThis.process' : 'module.exports = {}',
    }));
  },
};

const asciiFirst = `
const width = require('string-width');
module.exports = (text) => /^[\\x20-\\x7e\u2026]*$/.test(text) ? text.length : width(text);
`;

// Of most cells; taking colours out and splitting lines first costs more than the rest of the table.
const plainWidth = `if (/^[\\x20-\\x7e\\u2026]*$/.test(str)) return str.length;`;
// Looking for cells over several columns or rows takes the square of the rows.
const isPlainTable = `if (cellRows.every((row) => row.length === cellRows[0].length && row.every((cell) => cell.colSpan === 1 && cell.rowSpan === 1)))`;

const findBinary = `
import { existsSync as isThere } from 'node:fs';
import { createRequire as requireFrom } from 'node:module';
import { dirname as folderOf } from 'node:path';
import { fileURLToPath as pathOf } from 'node:url';
// As Node would look for the package, without reading its package.json and those on the way.
function findSqlite() {
  for (let at = pathOf(import.meta.url), up; (up = folderOf(at)) !== at; at = up) {
    const home = up + '/node_modules/@photostructure/sqlite';
    if (isThere(home)) return home;
  }
}
function nodeGypBuild() {
  const home = findSqlite();
  const libc = isThere('/etc/alpine-release') ? 'musl' : 'glibc';
  const binary = home + '/prebuilds/' + process.platform + '-' + process.arch + '/@photostructure+sqlite.' + libc + '.node';
  if (!isThere(binary) || isThere(home + '/build')) {
    const load = requireFrom(import.meta.url);
    const own = load.resolve('@photostructure/sqlite/package.json');
    return requireFrom(own)('node-gyp-build')(folderOf(own));
  }
  const found = { exports: {} };
  process.dlopen(found, binary);
  return found.exports;
}
`;

/** File of a package, and what becomes of its parts. */
const patches = [
  [
    '@photostructure/sqlite/dist/index.mjs',
    ['import nodeGypBuild from "node-gyp-build";', findBinary],
    ['nodeGypBuild(join(_dirname(), ".."))', 'nodeGypBuild()'],
  ],
  [
    'cli-table3/src/utils.js',
    ['let code = codeRegex();\n  let stripped', `${plainWidth}\n  let code = codeRegex();\n  let stripped`],
  ],
  [
    'cli-table3/src/cell.js',
    // For its own debugging.
    ['let content = utils.truncate(this.content, 10, this.truncate);', `let content = '';`],
    // The characters around a cell, put together anew for each, are the same for all that bring none of their own.
    [
      'let chars = (this.chars = {});',
      'let chars = (this.chars = (!this.options.chars && tableOptions.charsOfCells) || {});',
    ],
    ['CHAR_NAMES.forEach(function', 'if (chars !== tableOptions.charsOfCells) CHAR_NAMES.forEach(function'],
    [
      'this.truncate = this.options',
      'if (!this.options.chars) tableOptions.charsOfCells = chars;\n    this.truncate = this.options',
    ],
  ],
  [
    'cli-table3/src/layout-manager.js',
    ['\n    fillInTable(cellRows);', `\n    ${isPlainTable} return cellRows;\n    fillInTable(cellRows);`],
  ],
];

/** Fails the build when a new version of the package looks different. */
function replaceOnce(text, part, by, file) {
  if (text.split(part).length !== 2) throw new Error(`${file} no longer has: ${part}`);
  return text.replace(part, () => by);
}

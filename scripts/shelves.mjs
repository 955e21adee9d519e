/**
 * esbuild plugin: fewer, larger chunks. esbuild makes one chunk for every set of entries that shares modules; each costs
 * a file read and about half a millisecond at start. A shelf is the static closure of some files of src/: whoever takes a
 * module of it takes all of it, so it becomes one chunk.
 */
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { build as bundle } from 'esbuild';

export function shelves(roots) {
  return {
    name: 'shelves',
    async setup(build) {
      const shelfOf = new Map();
      const shelved = [];
      for (const [index, files] of roots.entries()) {
        const members = (await closureOf(files, build.initialOptions)).filter((file) => !shelfOf.has(file));
        shelved.push(members);
        for (const file of members) shelfOf.set(file, index);
      }
      build.onResolve({ filter: /^shelf:\d+$/ }, ({ path }) => ({ path: path.slice(6), namespace: 'shelf' }));
      build.onLoad({ filter: /.*/, namespace: 'shelf' }, ({ path }) => ({
        contents: shelved[Number(path)].map((file) => `import ${JSON.stringify(file)};`).join('\n'),
        resolveDir: resolve('.'),
      }));
      // `import()` of a module on a shelf is one more door to the whole shelf, not to the module alone.
      build.onResolve({ filter: /^\./ }, ({ kind, path, resolveDir }) => {
        const file = resolve(resolveDir, path);
        return kind === 'dynamic-import' && shelfOf.has(file) ? { path: file, namespace: 'shelf-door' } : undefined;
      });
      build.onLoad({ filter: /.*/, namespace: 'shelf-door' }, ({ path }) => ({
        contents: `import 'shelf:${shelfOf.get(path)}'; export * from ${JSON.stringify(path)};`,
        resolveDir: resolve('.'),
      }));
      build.onLoad({ filter: /[\\/]src[\\/].*\.ts$/ }, async ({ path }) => {
        const contents = await readFile(path, 'utf8');
        const taken = new Set(
          [...contents.matchAll(/^(?:import|export)\s(?!type\b)[^;]*?'(\.[^']+)'/gm)]
            .map(([, target]) => shelfOf.get(resolve(path, '..', target)))
            .filter((shelf) => shelf !== undefined && shelf !== shelfOf.get(path)),
        );
        return { contents: [...taken].map((shelf) => `import 'shelf:${shelf}';`).join('') + contents, loader: 'ts' };
      });
    },
  };
}

/** The files of src/ that `files` import statically, themselves included. */
async function closureOf(files, options) {
  const { metafile } = await bundle({ ...options, plugins: [], entryPoints: files, write: false, metafile: true });
  const found = new Set();
  const visit = (file) => {
    if (found.has(file) || !file.startsWith('src/')) return;
    found.add(file);
    for (const { path, kind } of metafile.inputs[file]?.imports ?? []) if (kind === 'import-statement') visit(path);
  };
  for (const file of files) visit(file);
  return [...found].map((file) => resolve(file));
}

/**
 * esbuild plugin: keeps packages from loading parts of Node at amp's start that amp never uses through them.
 * - `import process from 'node:process'` reads every property of it, so also opens stdin, stdout and stderr;
 * - commander asks for child_process (and with it net and dgram) for subcommands that are programs of their own.
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
    build.onLoad({ filter: /.*/, namespace: 'lean' }, ({ path }) => ({
      contents: path === 'process' ? 'export default globalThis.process' : 'module.exports = {}',
    }));
  },
};

// Compiles the AssemblyScript transcoder into the TypeScript module that carries its bytes. The module is committed, so that
// building amp needs no AssemblyScript; test/bulk/wasm-module.test.ts holds the two together.
import { readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

const folder = new URL('../src/providers/salesforce/bulk/transcode/', import.meta.url);

/** The text of wasm-module.generated.ts for the source as it is. Throws with the compiler's words. */
export async function compileWasmModule(): Promise<string> {
  const { main } = await import('assemblyscript/asc');
  const source = await readFile(new URL('assembly/transcoder.ts', folder), 'utf8');
  let bytes: Uint8Array | undefined;
  const { error, stderr } = await main(
    [
      'transcoder.ts',
      '--outFile',
      'out.wasm',
      '-O3',
      '--converge',
      '--noAssert',
      '--runtime',
      'stub',
      '--enable',
      'simd',
      '--use',
      'abort=',
    ],
    {
      readFile: (name: string) => (name === 'transcoder.ts' ? source : null),
      writeFile: (name: string, contents: Uint8Array | string) => {
        if (name === 'out.wasm' && typeof contents !== 'string') bytes = contents;
      },
      listFiles: () => [],
    },
  );
  if (error || !bytes) throw new Error(`AssemblyScript: ${error?.message ?? 'no module'}\n${stderr.toString()}`);
  return [
    '// Made by `npm run wasm` from assembly/transcoder.ts; not to be edited.',
    `export const wasmModule = '${Buffer.from(bytes).toString('base64')}';`,
    '',
  ].join('\n');
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await writeFile(new URL('wasm-module.generated.ts', folder), await compileWasmModule());
}

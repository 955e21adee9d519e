import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { compileWasmModule } from '../../scripts/compile-wasm.ts';

test('the WebAssembly module in the tree is the one its source compiles to', async () => {
  const path = new URL('../../src/providers/salesforce/bulk/transcode/wasm-module.generated.ts', import.meta.url);
  expect(await readFile(path, 'utf8')).toBe(await compileWasmModule());
});

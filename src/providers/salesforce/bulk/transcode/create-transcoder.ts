import { createJavascriptTranscoder } from './javascript-transcoder.ts';
import type { Program } from './program.ts';
import type { Transcoder } from './transcoder.ts';
import { createWasmTranscoder } from './wasm-transcoder.ts';

/** The fastest transcoder this machine has; all of them write the same bytes. */
export function createTranscoder(program: Program, delimiter: number): Transcoder {
  return createWasmTranscoder(program, delimiter) ?? createJavascriptTranscoder(program, delimiter);
}

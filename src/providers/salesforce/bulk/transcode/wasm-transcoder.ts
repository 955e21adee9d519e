import { renderJson } from '../../../../mapping/json.ts';
import type { ColumnKind } from '../../../../mapping/object-shape.ts';
import { opcodes, type Program } from './program.ts';
import { doubled } from './row-scanner.ts';
import { scalarFromCsv } from './scalar.ts';
import type { Transcoder } from './transcoder.ts';
import { wasmModule } from './wasm-module.generated.ts';

/** What assembly/transcoder.ts exports. */
interface Exports {
  memory: { readonly buffer: ArrayBuffer; grow(pages: number): number };
  consumed: { readonly value: number };
  written: { readonly value: number };
  rows: { readonly value: number };
  found: { readonly value: number };
  configure(
    code: number,
    literals: number,
    table: number,
    columns: number,
    delimiter: number,
    literalBytes: number,
    uses: number,
  ): void;
  transcode(from: number, to: number, out: number, limit: number, final: number): number;
}

/** Node has WebAssembly; its types come only with the library of browsers. */
interface Wasm {
  validate(bytes: Uint8Array): boolean;
  Module: new (bytes: Uint8Array) => WasmModule;
  Instance: new (module: WasmModule, imports: Record<string, Record<string, unknown>>) => { exports: unknown };
}
type WasmModule = { readonly wasmModule: unique symbol };
const { WebAssembly: wasm } = globalThis as unknown as { WebAssembly: Wasm };

const answers = { moreInput: 0, outputFull: 1, textAfterQuote: 2, endInQuotes: 3, wrongCount: 4 } as const;
const oddKinds: ColumnKind[] = ['integer', 'number', 'boolean', 'datetime'];

/** The module uses no memory of its own below this. */
const firstFree = 1024;
/** SIMD reads and writes up to 15 bytes behind what is meant. */
const margin = 64;
const pageBytes = 65_536;
const firstInputBytes = 1 << 18;
const firstOutputBytes = 1 << 20;
/** Output is handed over when there is this much, or at the end. */
const handOverBytes = 1 << 19;

/** The transcoder in WebAssembly; undefined where SIMD is missing. */
export function createWasmTranscoder(program: Program, delimiter: number): Transcoder | undefined {
  const module = loadModule();
  return module && new WasmTranscoder(module, program, delimiter);
}

let loaded: WasmModule | null | undefined;

function loadModule(): WasmModule | undefined {
  if (loaded === undefined) {
    const bytes = Buffer.from(wasmModule, 'base64');
    loaded = wasm.validate(bytes) ? new wasm.Module(bytes) : null;
  }
  return loaded ?? undefined;
}

/**
 * Memory: code, literals and the value table, then input, then output. Input keeps the bytes of the row that is not complete
 * yet; output collects lines until there is enough to hand over.
 */
class WasmTranscoder implements Transcoder {
  rows = 0;
  readonly #exports: Exports;
  readonly #program: Program;
  readonly #inputAt: number;
  #inputBytes = firstInputBytes;
  #outputBytes = firstOutputBytes;
  #bytes: Buffer = Buffer.alloc(0);
  /** Bytes of input not yet consumed, at `#inputAt`. */
  #from = 0;
  #to = 0;
  #length = 0;
  #failure: SyntaxError | undefined;

  constructor(module: WasmModule, program: Program, delimiter: number) {
    this.#program = program;
    const host = { write: (...args: [number, number, number, number, number, number]) => this.#hostWrite(...args) };
    this.#exports = new wasm.Instance(module, { host }).exports as Exports;
    const codeAt = firstFree;
    const literalsAt = codeAt + program.code.byteLength;
    const tableAt = align(literalsAt + program.literals.length + margin);
    this.#inputAt = align(tableAt + 12 * (program.columns + 1) + margin);
    this.#grow();
    new Int32Array(this.#exports.memory.buffer, codeAt, program.code.length).set(program.code);
    this.#bytes.set(program.literals, literalsAt);
    const { literalBytes, uses } = measure(program);
    this.#exports.configure(codeAt, literalsAt, tableAt, program.columns, delimiter, literalBytes, uses);
  }

  get pendingBytes(): number {
    return this.#to - this.#from;
  }

  reset(): void {
    this.rows = 0;
    this.#from = this.#to = this.#length = 0;
    this.#failure = undefined;
  }

  feed(bytes: Uint8Array): void {
    const pending = this.#to - this.#from;
    if (this.#to + bytes.length > this.#inputBytes) {
      this.#bytes.copyWithin(this.#inputAt, this.#inputAt + this.#from, this.#inputAt + this.#to);
      this.#from = 0;
      this.#to = pending;
      if (pending + bytes.length > this.#inputBytes) this.#enlargeInput(pending + bytes.length);
    }
    this.#bytes.set(bytes, this.#inputAt + this.#to);
    this.#to += bytes.length;
  }

  next(final: boolean): Uint8Array | undefined {
    for (;;) {
      if (this.#failure && this.#length === 0) throw this.#failure;
      const answer = this.#from < this.#to && !this.#failure ? this.#run(final) : answers.moreInput;
      if (answer === answers.outputFull && this.#length === 0) {
        this.#outputBytes *= 2;
        this.#grow();
        continue;
      }
      const enough = this.#length >= handOverBytes || final || answer !== answers.moreInput;
      if (!enough || this.#length === 0) {
        if (this.#failure) continue;
        return undefined;
      }
      const lines = this.#bytes.subarray(this.#outputAt, this.#outputAt + this.#length);
      this.#length = 0;
      return lines;
    }
  }

  #run(final: boolean): number {
    const out = this.#outputAt;
    const exports = this.#exports;
    const answer = exports.transcode(
      this.#inputAt + this.#from,
      this.#inputAt + this.#to,
      out + this.#length,
      out + this.#outputBytes,
      final ? 1 : 0,
    );
    this.#from += exports.consumed.value;
    this.#length += exports.written.value;
    this.rows += exports.rows.value;
    if (answer === answers.textAfterQuote) this.#failure = new SyntaxError('CSV has text after a closing quote');
    else if (answer === answers.endInQuotes) this.#failure = new SyntaxError('CSV ends inside a quoted value');
    else if (answer === answers.wrongCount) {
      this.#failure = new SyntaxError(
        `a CSV row has ${exports.found.value} values instead of ${this.#program.columns}`,
      );
    }
    return answer;
  }

  #hostWrite(handler: number, start: number, end: number, flags: number, out: number, limit: number): number {
    const raw = this.#bytes.toString('utf8', start, end);
    const text = flags & doubled ? raw.replaceAll('""', '"') : raw;
    const json =
      handler >= 0 ? this.#program.handlers[handler]!(text) : renderJson(scalarFromCsv(oddKinds[-1 - handler]!, text));
    const bytes = Buffer.byteLength(json);
    if (out + bytes + margin > limit) return -1;
    return this.#bytes.write(json, out, 'utf8');
  }

  get #outputAt(): number {
    return align(this.#inputAt + this.#inputBytes + margin);
  }

  #enlargeInput(needed: number): void {
    // Output lies behind the input: what it holds moves along.
    const held = Buffer.from(this.#bytes.subarray(this.#outputAt, this.#outputAt + this.#length));
    while (this.#inputBytes < needed) this.#inputBytes *= 2;
    this.#grow();
    this.#bytes.set(held, this.#outputAt);
  }

  #grow(): void {
    const { memory } = this.#exports;
    const needed = this.#outputAt + this.#outputBytes + margin;
    const missing = Math.ceil((needed - memory.buffer.byteLength) / pageBytes);
    if (missing > 0) memory.grow(missing);
    this.#bytes = Buffer.from(memory.buffer);
  }
}

function align(address: number): number {
  return (address + 15) & ~15;
}

/** Bytes of the literals a row may have, and how often one column is written at most. */
function measure({ code, columns }: Program): { literalBytes: number; uses: number } {
  let literalBytes = 64;
  const uses = new Array<number>(columns).fill(0);
  for (let at = 0; code[at] !== opcodes.end; ) {
    const opcode = code[at]!;
    if (opcode === opcodes.literal) {
      literalBytes += code[at + 2]! + 16;
      at += 3;
    } else if (opcode === opcodes.nullUnless) {
      literalBytes += 4;
      at += 3 + code[at + 1]!;
    } else {
      uses[code[at + 1]!]!++;
      // Quotes, `null`, the `+0000` of a time.
      literalBytes += 8;
      at += opcode === opcodes.handler ? 3 : 2;
    }
  }
  return { literalBytes, uses: Math.max(1, ...uses) };
}

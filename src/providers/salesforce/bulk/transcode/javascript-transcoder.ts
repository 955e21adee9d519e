import { renderJson } from '../../../../mapping/json.ts';
import { opcodes, type Program } from './program.ts';
import { doubled, RowScanner, special } from './row-scanner.ts';
import { scalarFromCsv } from './scalar.ts';
import type { Transcoder } from './transcoder.ts';

/** The transcoder in JavaScript: for machines without WebAssembly SIMD, and as readable as its twin. */
export function createJavascriptTranscoder(program: Program, delimiter: number): Transcoder {
  return new JavascriptTranscoder(program, delimiter);
}

/** Output is handed over in pieces of about this size. */
const outputBytes = 1 << 20;

class JavascriptTranscoder implements Transcoder {
  rows = 0;
  readonly #program: Program;
  readonly #literals: Buffer;
  readonly #scanner: RowScanner;
  #input: Buffer = Buffer.alloc(0);
  #from = 0;
  #output = Buffer.allocUnsafeSlow(outputBytes);
  #length = 0;

  constructor(program: Program, delimiter: number) {
    this.#program = program;
    this.#literals = Buffer.from(program.literals);
    this.#scanner = new RowScanner(program.columns, delimiter);
  }

  reset(): void {
    this.#input = Buffer.alloc(0);
    this.#from = 0;
    this.#length = 0;
    this.rows = 0;
  }

  feed(bytes: Uint8Array): void {
    const chunk = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#input = this.#from < this.#input.length ? Buffer.concat([this.#input.subarray(this.#from), chunk]) : chunk;
    this.#from = 0;
  }

  next(final: boolean): Uint8Array | undefined {
    const input = this.#input;
    const scanner = this.#scanner;
    this.#length = 0;
    while (this.#from < input.length) {
      if (input[this.#from] === lineFeed) {
        this.#from++;
        continue;
      }
      if (input[this.#from] === carriageReturn && input[this.#from + 1] === lineFeed) {
        this.#from += 2;
        continue;
      }
      const next = scanner.scan(input, this.#from, input.length, final);
      if (next < 0) break;
      if (scanner.count !== this.#program.columns) {
        throw new SyntaxError(`a CSV row has ${scanner.count} values instead of ${this.#program.columns}`);
      }
      this.#writeRow(input);
      this.rows++;
      this.#from = next;
      if (this.#length >= outputBytes / 2) return this.#output.subarray(0, this.#length);
    }
    return this.#length > 0 ? this.#output.subarray(0, this.#length) : undefined;
  }

  get pendingBytes(): number {
    return this.#input.length - this.#from;
  }

  #writeRow(input: Buffer): void {
    const { code, handlers } = this.#program;
    const { starts, ends } = this.#scanner;
    for (let at = 0; ; ) {
      const opcode = code[at]!;
      if (opcode === opcodes.literal) {
        const offset = code[at + 1]!;
        const length = code[at + 2]!;
        this.#copy(this.#literals, offset, offset + length);
        at += 3;
        continue;
      }
      if (opcode === opcodes.end) return;
      if (opcode === opcodes.nullUnless) {
        const count = code[at + 1]!;
        const skipAt = at + 2 + count;
        let empty = true;
        for (let i = at + 2; i < skipAt; i++) empty &&= starts[code[i]!] === ends[code[i]!];
        if (empty) this.#ascii('null');
        at = skipAt + 1 + (empty ? code[skipAt]! : 0);
        continue;
      }
      const column = code[at + 1]!;
      const start = starts[column]!;
      const end = ends[column]!;
      if (opcode === opcodes.part) this.#escaped(input, column);
      else if (start === end) this.#ascii('null');
      else if (opcode === opcodes.text) {
        this.#room(2);
        this.#output[this.#length++] = 0x22;
        this.#escaped(input, column);
        this.#output[this.#length++] = 0x22;
      } else if (opcode === opcodes.number || opcode === opcodes.integer) this.#number(input, column, opcode);
      else if (opcode === opcodes.boolean) {
        if (isWord(input, start, end, trueBytes) || isWord(input, start, end, falseBytes))
          this.#copy(input, start, end);
        else this.#utf8(JSON.stringify(this.#scanner.text(input, column)));
      } else if (opcode === opcodes.datetime) this.#datetime(input, column);
      else this.#utf8(handlers[code[at + 2]!]!(this.#scanner.text(input, column)));
      at += opcode === opcodes.handler ? 3 : 2;
    }
  }

  #number(input: Buffer, column: number, opcode: number): void {
    const start = this.#scanner.starts[column]!;
    const end = this.#scanner.ends[column]!;
    if (isRegularNumber(input, start, end, opcode === opcodes.integer)) {
      this.#copy(input, start, end);
      return;
    }
    const kind = opcode === opcodes.integer ? 'integer' : 'number';
    this.#utf8(renderJson(scalarFromCsv(kind, this.#scanner.text(input, column))));
  }

  #datetime(input: Buffer, column: number): void {
    const start = this.#scanner.starts[column]!;
    const end = this.#scanner.ends[column]!;
    if (!isRegularDatetime(input, start, end)) {
      this.#utf8(renderJson(scalarFromCsv('datetime', this.#scanner.text(input, column))));
      return;
    }
    this.#room(31);
    this.#output[this.#length++] = 0x22;
    copy(input, start, end - 1, this.#output, this.#length);
    this.#length += 23;
    this.#ascii('+0000"');
  }

  #escaped(input: Buffer, column: number): void {
    const start = this.#scanner.starts[column]!;
    const end = this.#scanner.ends[column]!;
    const flag = this.#scanner.flags[column]!;
    // Worst case: every byte a control character, six bytes each; and a closing quote.
    this.#room((flag & special ? 6 : 1) * (end - start) + 1);
    if (!(flag & special)) {
      copy(input, start, end, this.#output, this.#length);
      this.#length += end - start;
      return;
    }
    const output = this.#output;
    let length = this.#length;
    for (let at = start; at < end; at++) {
      const byte = input[at]!;
      if (byte >= 0x20 && byte !== 0x22 && byte !== 0x5c) output[length++] = byte;
      else {
        const sequence = escapes[byte]!;
        for (let i = 0; i < sequence.length; i++) output[length++] = sequence.charCodeAt(i);
        if (byte === 0x22 && flag & doubled) at++;
      }
    }
    this.#length = length;
  }

  #copy(from: Buffer, start: number, end: number): void {
    this.#room(end - start);
    copy(from, start, end, this.#output, this.#length);
    this.#length += end - start;
  }

  #ascii(text: string): void {
    this.#room(text.length);
    for (let i = 0; i < text.length; i++) this.#output[this.#length++] = text.charCodeAt(i);
  }

  #utf8(text: string): void {
    this.#room(text.length * 3);
    this.#length += this.#output.write(text, this.#length, 'utf8');
  }

  #room(bytes: number): void {
    if (this.#length + bytes + 8 <= this.#output.length) return;
    const larger = Buffer.allocUnsafeSlow(Math.max(this.#output.length * 2, this.#length + bytes + 8));
    this.#output.copy(larger, 0, 0, this.#length);
    this.#output = larger;
  }
}

const lineFeed = 0x0a;
const carriageReturn = 0x0d;

/** How JSON.stringify writes each character below 0x60 that it escapes. */
const escapes: Record<number, string> = Object.fromEntries(
  Array.from({ length: 0x60 }, (_, byte) => [byte, JSON.stringify(String.fromCharCode(byte)).slice(1, -1)]),
);

/** A short loop beats the call into native code. */
function copy(from: Buffer, start: number, end: number, to: Buffer, at: number): void {
  if (end - start > 48) from.copy(to, at, start, end);
  else for (let i = start, j = at; i < end; i++, j++) to[j] = from[i]!;
}

const trueBytes = Buffer.from('true');
const falseBytes = Buffer.from('false');

function isWord(bytes: Buffer, start: number, end: number, word: Buffer): boolean {
  if (end - start !== word.length) return false;
  for (let i = 0; i < word.length; i++) if (bytes[start + i] !== word[i]) return false;
  return true;
}

/** Digits that JSON takes as they are: `-?(0|[1-9]\d*)`, with fraction and exponent unless `integer`. */
function isRegularNumber(bytes: Buffer, start: number, end: number, integer: boolean): boolean {
  let at = start;
  if (bytes[at] === 0x2d) at++;
  if (at >= end) return false;
  if (bytes[at] === 0x30) at++;
  else if (isDigit(bytes[at]!)) while (at < end && isDigit(bytes[at]!)) at++;
  else return false;
  if (at === end) return true;
  if (integer) return false;
  if (bytes[at] === 0x2e) {
    const first = ++at;
    while (at < end && isDigit(bytes[at]!)) at++;
    if (at === first) return false;
  }
  return at === end;
}

function isDigit(byte: number): boolean {
  return byte >= 0x30 && byte <= 0x39;
}

/** `2018-12-18T22:51:58.000Z`, by length and punctuation; anything else takes the careful way. */
function isRegularDatetime(bytes: Buffer, start: number, end: number): boolean {
  if (end - start !== 24) return false;
  for (let i = 0; i < 24; i++) {
    const byte = bytes[start + i]!;
    const wanted = datetimeShape.charCodeAt(i);
    if (wanted === 0x64 ? !isDigit(byte) : byte !== wanted) return false;
  }
  return true;
}

const datetimeShape = 'dddd-dd-ddTdd:dd:dd.dddZ';

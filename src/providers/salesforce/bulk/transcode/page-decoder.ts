import { isUtf8 } from 'node:buffer';
import type { BulkSelect } from '../columns.ts';
import { RowScanner } from './row-scanner.ts';
import type { Transcoder } from './transcoder.ts';

/**
 * Reads one page of Bulk results: every page begins with the same header line (and perhaps a BOM), which is checked and
 * dropped; the rows go on to the transcoder as valid UTF-8.
 */
export class PageDecoder {
  readonly #select: BulkSelect;
  readonly #transcoder: Transcoder;
  readonly #header: RowScanner;
  #head: Buffer | undefined;
  #partial: Buffer = noBytes;
  #endsWithNewline = true;

  constructor(select: BulkSelect, transcoder: Transcoder, delimiter: number) {
    this.#select = select;
    this.#transcoder = transcoder;
    this.#header = new RowScanner(select.columns.length, delimiter);
  }

  get rows(): number {
    return this.#transcoder.rows;
  }

  /** Whether the page so far ends with a line end: without one, a cut last value can look whole. */
  get endsWithNewline(): boolean {
    return this.#endsWithNewline;
  }

  startPage(): void {
    this.#transcoder.reset();
    this.#head = noBytes;
    this.#partial = noBytes;
    this.#endsWithNewline = true;
  }

  /** Takes bytes as they arrive. Throws SyntaxError for a header that is not this query's. */
  feed(chunk: Buffer): void {
    if (chunk.length === 0) return;
    this.#endsWithNewline = chunk[chunk.length - 1] === lineFeed;
    const bytes = this.#whole(chunk);
    if (this.#head === undefined) this.#transcoder.feed(bytes);
    else this.#readHeader(Buffer.concat([this.#head, bytes]), false);
  }

  /** Lines that are ready; call until there are none. `final` after the last byte. */
  next(final: boolean): Uint8Array | undefined {
    if (final) {
      if (this.#partial.length > 0) this.#transcoder.feed(replaceInvalid(this.#partial));
      this.#partial = noBytes;
      if (this.#head !== undefined && this.#head.length > 0) this.#readHeader(this.#head, true);
    }
    return this.#transcoder.next(final);
  }

  #readHeader(bytes: Buffer, final: boolean): void {
    const from = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? 3 : 0;
    const next = bytes.length < 3 && !final ? -1 : this.#header.scan(bytes, from, bytes.length, final);
    if (next < 0) {
      this.#head = bytes;
      return;
    }
    const wanted = this.#select.columns;
    const same =
      this.#header.count === wanted.length &&
      wanted.every((column, i) => column.name.toLowerCase() === this.#header.text(bytes, i).toLowerCase());
    if (!same) throw new SyntaxError('the header line of a result page does not name the columns of the query');
    this.#head = undefined;
    this.#transcoder.feed(bytes.subarray(next));
  }

  /** Holds back the beginning of a character whose rest has not arrived, and replaces what is not UTF-8. */
  #whole(chunk: Buffer): Buffer {
    const bytes = this.#partial.length > 0 ? Buffer.concat([this.#partial, chunk]) : chunk;
    const end = bytes.length - incompleteTail(bytes);
    this.#partial = end < bytes.length ? Buffer.from(bytes.subarray(end)) : noBytes;
    const whole = end < bytes.length ? bytes.subarray(0, end) : bytes;
    return isUtf8(whole) ? whole : replaceInvalid(whole);
  }
}

const noBytes = Buffer.alloc(0);
const lineFeed = 0x0a;

/** Bytes at the end that begin a character without finishing it (0–3). */
function incompleteTail(bytes: Buffer): number {
  for (let back = 1; back <= 3 && back <= bytes.length; back++) {
    const byte = bytes[bytes.length - back]!;
    if (byte < 0x80) return 0;
    if (byte >= 0xc0) return back < (byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2) ? back : 0;
  }
  return 0;
}

function replaceInvalid(bytes: Buffer): Buffer {
  return Buffer.from(bytes.toString('utf8'));
}

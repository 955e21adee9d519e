/**
 * Finds the values of CSV rows (RFC 4180) in bytes. Bulk quotes every value; unquoted ones are read too. A row ends at LF,
 * with or without a CR before it; commas, CR and LF inside quotes are data. Works on UTF-8 as it is: every byte that means
 * something here is ASCII and never part of a longer character.
 */
export class RowScanner {
  readonly starts: Int32Array;
  readonly ends: Int32Array;
  /** Bits of `doubled` and `special`. */
  readonly flags: Uint8Array;
  /** Values found in the last row; more than `columns` are counted, not kept. */
  count = 0;
  readonly #columns: number;
  readonly #delimiter: number;

  constructor(columns: number, delimiter: number) {
    this.#columns = columns;
    this.#delimiter = delimiter;
    // One more than asked for, so that a row that is too long is seen without a bound check per value.
    this.starts = new Int32Array(columns + 1);
    this.ends = new Int32Array(columns + 1);
    this.flags = new Uint8Array(columns + 1);
  }

  /**
   * Scans the row that begins at `from` and answers where the next one begins; -1 when `bytes` end before the row does.
   * With `final` the end of `bytes` ends the row too. Throws SyntaxError for text after a closing quote.
   */
  scan(bytes: Uint8Array, from: number, to: number, final: boolean): number {
    const { starts, ends, flags } = this;
    const last = this.#columns;
    const delimiter = this.#delimiter;
    let at = from;
    let count = 0;
    for (;;) {
      const slot = count < last ? count : last;
      let flag = 0;
      if (at < to && bytes[at] === quote) {
        at++;
        starts[slot] = at;
        for (;;) {
          while (at < to) {
            const byte = bytes[at]!;
            if (byte === quote) break;
            if (byte < 0x20 || byte === backslash) flag |= special;
            at++;
          }
          if (at >= to) return this.#incomplete(final);
          // A quote in the last byte may be the first of a doubled one.
          if (at + 1 >= to && !final) return -1;
          if (at + 1 < to && bytes[at + 1] === quote) {
            flag |= doubled | special;
            at += 2;
            continue;
          }
          break;
        }
        ends[slot] = at;
        at++;
      } else {
        starts[slot] = at;
        while (at < to) {
          const byte = bytes[at]!;
          if (byte === delimiter || byte === lineFeed) break;
          if (byte < 0x20 || byte === backslash || byte === quote) flag |= special;
          at++;
        }
        if (at >= to && !final) return -1;
        const endsLine = at < to && bytes[at] === lineFeed;
        ends[slot] = endsLine && at > starts[slot]! && bytes[at - 1] === carriageReturn ? at - 1 : at;
      }
      flags[slot] = flag;
      count++;
      if (at >= to) {
        if (!final) return -1;
        this.count = count;
        return at;
      }
      const byte = bytes[at]!;
      if (byte === delimiter) {
        at++;
        continue;
      }
      if (byte === lineFeed) {
        this.count = count;
        return at + 1;
      }
      if (byte === carriageReturn) {
        if (at + 1 >= to && !final) return -1;
        if (at + 1 >= to || bytes[at + 1] === lineFeed) {
          this.count = count;
          return Math.min(at + 2, to);
        }
      }
      throw new SyntaxError('CSV has text after a closing quote');
    }
  }

  #incomplete(final: boolean): number {
    if (final) throw new SyntaxError('CSV ends inside a quoted value');
    return -1;
  }

  /** Text of value `index` of the last row. */
  text(bytes: Buffer, index: number): string {
    const text = bytes.toString('utf8', this.starts[index]!, this.ends[index]!);
    return this.flags[index]! & doubled ? text.replaceAll('""', '"') : text;
  }
}

/** The value holds a doubled quote. */
export const doubled = 1;
/** The value holds a byte that JSON escapes. */
export const special = 2;

const quote = 0x22;
const backslash = 0x5c;
const lineFeed = 0x0a;
const carriageReturn = 0x0d;

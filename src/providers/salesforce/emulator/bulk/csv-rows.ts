/** One data row of an upload; `problem` says why it cannot be read. */
export interface CsvRow {
  values: string[];
  problem?: string;
}

export interface CsvTable {
  /** First line as it came, without its line ending. */
  header: string;
  names: string[];
  lineEnding: 'LF' | 'CRLF';
  rows: Iterable<CsvRow>;
}

/** Reads an upload by the rules of the ingest API: nothing is trimmed, a quote may only open a value at its very start. */
export function readCsv(bytes: Buffer, delimiter: string): CsvTable {
  const text = bytes.toString('utf8').replace(/^\uFEFF/, '');
  const reader = new CsvReader(text, delimiter);
  const first = reader.next();
  const headerEnd = reader.position;
  const raw = text.slice(0, headerEnd);
  return {
    header: raw.replace(/\r?\n$/, ''),
    names: first?.values ?? [],
    lineEnding: raw.endsWith('\r\n') ? 'CRLF' : 'LF',
    rows: {
      *[Symbol.iterator]() {
        const body = new CsvReader(text, delimiter, headerEnd);
        for (let row = body.next(); row; row = body.next()) {
          if (row.values.length > 1 || row.values[0] !== '') yield row;
        }
      },
    },
  };
}

class CsvReader {
  readonly #text: string;
  readonly #delimiter: string;
  position: number;

  constructor(text: string, delimiter: string, position = 0) {
    this.#text = text;
    this.#delimiter = delimiter;
    this.position = position;
  }

  next(): CsvRow | undefined {
    if (this.position >= this.#text.length) return undefined;
    const values: string[] = [];
    let problem: string | undefined;
    for (;;) {
      const value = this.#text[this.position] === '"' ? this.#quoted() : this.#plain();
      values.push(value.text);
      problem ??= value.problem;
      if (this.#text[this.position] === this.#delimiter) {
        this.position++;
        continue;
      }
      if (this.#text[this.position] === '\r') this.position++;
      if (this.#text[this.position] === '\n') this.position++;
      return problem === undefined ? { values } : { values, problem };
    }
  }

  #quoted(): { text: string; problem?: string } {
    let text = '';
    for (let from = this.position + 1; ; ) {
      const quote = this.#text.indexOf('"', from);
      if (quote < 0) {
        text += this.#text.slice(from);
        this.position = this.#text.length;
        return { text, problem: 'The quoted value is not closed' };
      }
      text += this.#text.slice(from, quote);
      from = quote + 1;
      if (this.#text[from] !== '"') {
        this.position = from;
        const after = this.#text[from];
        if (after === undefined || after === this.#delimiter || after === '\r' || after === '\n') return { text };
        const { text: rest } = this.#plain();
        return { text: text + rest, problem: `Found ${JSON.stringify(after)} after a closing quote` };
      }
      text += '"';
      from++;
    }
  }

  #plain(): { text: string; problem?: string } {
    const start = this.position;
    let at = start;
    let hasQuote = false;
    for (; at < this.#text.length; at++) {
      const character = this.#text[at]!;
      if (character === this.#delimiter || character === '\n') break;
      if (character === '\r' && this.#text[at + 1] === '\n') break;
      if (character === '"') hasQuote = true;
    }
    this.position = at;
    const text = this.#text.slice(start, at);
    return hasQuote
      ? { text, problem: 'Found unescaped quote. A value with quote should be within a quote' }
      : { text };
  }
}

/** Every value quoted, quotes doubled. */
export function renderCsvRow(values: readonly string[], delimiter: string): string {
  return values.map((value) => `"${value.replaceAll('"', '""')}"`).join(delimiter);
}

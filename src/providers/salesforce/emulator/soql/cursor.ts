import type { Database, Statement } from '../../../../store/database.ts';
import type { CsvFormat, RecordCursor, RecordJson } from '../org.ts';
import type { RowsQuery } from './compile-query.ts';
import { csvHeader, csvLine } from './select-tree.ts';

/** Results up to here are kept as they were read; longer ones keep the list of rows and read values page by page. */
export const eagerRows = 2000;

/** Rows between two napi calls when pages are long. */
const csvSliceRows = 10_000;

export function createCursorTable(db: Database): void {
  db.exec('CREATE TEMP TABLE IF NOT EXISTS cursor_row (n INTEGER PRIMARY KEY, row INTEGER NOT NULL)');
}

/** Last touch to a page of JSON: the URLs of child lists that go on. */
type Finish = (json: string) => string;
const asIs: Finish = (json) => json;

/** A result whose records are JSON texts in memory: short results, groups, counts. */
export class TextCursor implements RecordCursor {
  readonly totalSize: number;
  readonly object: string;
  readonly #rows: string[];
  readonly #finish: Finish;

  constructor(object: string, rows: string[], totalSize = rows.length, finish: Finish = asIs) {
    this.object = object;
    this.totalSize = totalSize;
    this.#rows = rows;
    this.#finish = finish;
  }

  json(offset: number, limit: number): string {
    return this.#finish(`[${this.#rows.slice(offset, offset + limit).join(',')}]`);
  }

  read(offset: number, limit: number): RecordJson[] {
    return parseExact(this.json(offset, limit));
  }

  csv(): Buffer {
    throw new Error('a result in memory has no CSV; open it as a bulk query');
  }

  close(): void {}
}

/** The list of rows is fixed when the query runs; a row deleted for good since then is missing from its page. */
export class TableCursor implements RecordCursor {
  readonly totalSize: number;
  readonly object: string;
  readonly #db: Database;
  readonly #query: RowsQuery;
  readonly #first: number;
  readonly #finish: Finish;
  /** By the SQL of a row: pages differ only in their bounds. */
  readonly #pages = new Map<string, Statement>();

  constructor(db: Database, query: RowsQuery, finish: Finish = asIs) {
    this.#db = db;
    this.#finish = finish;
    this.#query = query;
    this.object = query.object.name;
    const params = query.params.length > query.selectParams ? query.params : [];
    const { changes } = db
      .prepareOnce(`INSERT INTO temp.cursor_row (row) SELECT ${query.alias}._row FROM ${query.from}${query.tail}`)
      .run(...params);
    this.totalSize = changes;
    const last = db.prepare('SELECT max(n) AS n FROM temp.cursor_row').get<{ n: number | null }>()!.n ?? 0;
    this.#first = last - changes + 1;
  }

  json(offset: number, limit: number): string {
    const page = this.#page(`group_concat(r, ',')`, this.#query.json, offset, limit) as string | null;
    return this.#finish(`[${page ?? ''}]`);
  }

  read(offset: number, limit: number): RecordJson[] {
    return parseExact(this.json(offset, limit));
  }

  csv(offset: number, limit: number, format: CsvFormat): Buffer {
    const { columns } = this.#query;
    const line = csvLine(columns, format.delimiter, format.lineEnding);
    const parts: Uint8Array[] = [Buffer.from(csvHeader(columns, format.delimiter, format.lineEnding))];
    const end = Math.min(offset + limit, this.totalSize);
    for (let from = offset; from < end; from += csvSliceRows) {
      const count = Math.min(csvSliceRows, end - from);
      const bytes = this.#page(`CAST(group_concat(r, '') AS BLOB)`, line, from, count);
      if (bytes) parts.push(bytes as Uint8Array);
    }
    return Buffer.concat(parts);
  }

  close(): void {
    this.#db
      .prepare('DELETE FROM temp.cursor_row WHERE n BETWEEN ? AND ?')
      .run(this.#first, this.#first + this.totalSize - 1);
  }

  /** One call into SQLite gives the whole page, null when it has no rows. */
  #page(joined: string, row: string, offset: number, limit: number): unknown {
    if (limit <= 0 || offset >= this.totalSize) return null;
    const { alias, from, selectParams, params } = this.#query;
    let statement = this.#pages.get(row);
    if (!statement) {
      const tables = from.replace(` ${alias}`, ` ${alias} ON ${alias}._row = k.row`);
      statement = this.#db.prepareOnce(
        `SELECT ${joined} AS page FROM (SELECT ${row} AS r FROM temp.cursor_row k CROSS JOIN ${tables} WHERE k.n BETWEEN ?${selectParams + 1} AND ?${selectParams + 2} ORDER BY k.n)`,
      );
      this.#pages.set(row, statement);
    }
    const start = this.#first + offset;
    const end = Math.min(start + limit, this.#first + this.totalSize) - 1;
    return statement.get<{ page: unknown }>(...params.slice(0, selectParams), start, end)!.page;
  }
}

const unsafeInteger = /([:[,])(-?\d{16,})(?=[,}\]])/g;

/** Whole numbers beyond 2^53 come as bigint, so that no digit is lost. */
export function parseExact(json: string): RecordJson[] {
  if (!/\d{16}/.test(json)) return JSON.parse(json) as RecordJson[];
  return JSON.parse(quoteUnsafe(json), (_key, value) =>
    typeof value === 'string' && value.startsWith(unsafeMark) ? BigInt(value.slice(unsafeMark.length)) : value,
  ) as RecordJson[];
}

/** No stored text begins so: JSON of SQLite escapes control characters. */
const unsafeMark = '\u0001bigint:';

/** Only outside of strings: the text is cut at quotes first. */
function quoteUnsafe(json: string): string {
  const pieces = json.split(/("(?:[^"\\]|\\.)*")/);
  return pieces
    .map((piece, i) =>
      i % 2 === 1
        ? piece
        : piece.replace(unsafeInteger, (match, before: string, digits: string) =>
            Number.isSafeInteger(Number(digits)) ? match : `${before}"\\u0001bigint:${digits}"`,
          ),
    )
    .join('');
}

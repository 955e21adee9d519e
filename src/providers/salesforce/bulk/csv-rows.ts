import { RowScanner } from './transcode/row-scanner.ts';

/** The most columns of an upload or a result ("Limits": 5,000 fields a record). */
const mostColumns = 5_000;

/**
 * Rows of a CSV stream, each as its texts (RFC 4180: quotes, doubled quotes, line ends inside values); a byte order mark
 * and empty lines are skipped. Throws SyntaxError for a value that never ends, and for text after a closing quote.
 */
export async function* readCsvRows(chunks: AsyncIterable<Uint8Array>, delimiter = ','): AsyncGenerator<string[]> {
  const scanner = new RowScanner(mostColumns, delimiter.charCodeAt(0));
  let pending = Buffer.alloc(0);
  let isFirst = true;
  function* rows(final: boolean): Generator<string[]> {
    let at =
      isFirst && pending.length >= 3 && pending[0] === 0xef && pending[1] === 0xbb && pending[2] === 0xbf ? 3 : 0;
    if (pending.length >= 3) isFirst = false;
    while (at < pending.length) {
      const next = scanner.scan(pending, at, pending.length, final);
      if (next < 0) break;
      const values: string[] = [];
      for (let index = 0; index < Math.min(scanner.count, mostColumns); index++)
        values.push(scanner.text(pending, index));
      if (values.length > 1 || values[0] !== '') yield values;
      at = next;
    }
    pending = pending.subarray(at);
  }
  for await (const chunk of chunks) {
    pending = pending.length === 0 ? Buffer.from(chunk) : Buffer.concat([pending, chunk]);
    yield* rows(false);
  }
  yield* rows(true);
}

import type { JsonObject } from '../../../../mapping/json.ts';
import type { BulkSelect } from '../columns.ts';
import { type RowContext, recordFromRow } from './row-record.ts';
import { RowScanner } from './row-scanner.ts';
import type { Transcoder } from './transcoder.ts';

/**
 * The transcoder for whatever must look at records one by one (deduplication, CSV output): each row becomes the record REST
 * would return, and `encode` answers its line or nothing.
 */
export function createRecordTranscoder(
  select: BulkSelect,
  context: RowContext,
  delimiter: number,
  encode: (record: JsonObject) => string | undefined,
): Transcoder {
  const scanner = new RowScanner(select.columns.length, delimiter);
  let input = Buffer.alloc(0);
  let from = 0;
  let rows = 0;
  return {
    get rows() {
      return rows;
    },
    get pendingBytes() {
      return input.length - from;
    },
    reset() {
      input = Buffer.alloc(0);
      from = 0;
      rows = 0;
    },
    feed(bytes) {
      input = Buffer.concat([input.subarray(from), bytes]);
      from = 0;
    },
    next(final) {
      let text = '';
      while (from < input.length && text.length < outputLength) {
        const blank = input[from] === 0x0a ? 1 : input[from] === 0x0d && input[from + 1] === 0x0a ? 2 : 0;
        if (blank > 0) {
          from += blank;
          continue;
        }
        const next = scanner.scan(input, from, input.length, final);
        if (next < 0) break;
        if (scanner.count !== select.columns.length) {
          throw new SyntaxError(`a CSV row has ${scanner.count} values instead of ${select.columns.length}`);
        }
        const values = select.columns.map((_, index) => scanner.text(input, index));
        text += encode(recordFromRow(select, values, context)) ?? '';
        rows++;
        from = next;
      }
      return text === '' ? undefined : Buffer.from(text);
    },
  };
}

const outputLength = 1 << 19;

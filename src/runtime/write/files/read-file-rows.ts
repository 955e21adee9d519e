import { AmpError } from '../../../errors/amp-error.ts';
import type { Json, JsonObject } from '../../../mapping/json.ts';
import { describeJsonFault, JsonFault } from '../../../mapping/json-fault.ts';
import { parseJson } from '../../../mapping/parse-json.ts';
import { isObject } from '../../../mapping/reverse/reverse-record.ts';
import { readCsvRows } from '../../../providers/salesforce/bulk/csv-rows.ts';

export type FileFormat = 'ndjson' | 'csv';

/** One record of a file; `index` counts from 0, `unreadable` says why there is no record. */
export interface FileRow {
  index: number;
  record: JsonObject;
  unreadable?: string;
}

/** Rows of a file as they come. Throws `write-file-invalid` where a CSV cannot be read on. */
export function readFileRows(chunks: AsyncIterable<Uint8Array>, format: FileFormat): AsyncGenerator<FileRow> {
  return format === 'csv' ? readCsvRecords(chunks) : readJsonLines(chunks);
}

/**
 * NDJSON: a record a line, or `{record, errors, status}` as `--failures` writes it. Empty lines are skipped; a line that is no JSON
 * object is a row of its own that fails.
 */
async function* readJsonLines(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<FileRow> {
  let index = 0;
  for await (const line of splitLines(chunks)) {
    const text = line.trim();
    if (text === '') continue;
    yield readJsonLine(index++, text);
  }
}

function readJsonLine(index: number, text: string): FileRow {
  let value: Json;
  try {
    value = parseJson(text);
  } catch (error) {
    if (!(error instanceof JsonFault)) throw error;
    return { index, record: {}, unreadable: `The line is not JSON: it ${describeJsonFault(text, error)}.` };
  }
  if (!isObject(value)) return { index, record: {}, unreadable: 'The line is not a JSON object.' };
  const isWrapped = isObject(value.record) && Object.keys(value).every((key) => wrapperKeys.has(key));
  return { index, record: isWrapped ? (value.record as JsonObject) : value };
}

const wrapperKeys = new Set(['record', 'errors', 'index', 'status']);

/** On LF alone: U+2028 and a lone CR may stand inside texts. */
async function* splitLines(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder('utf-8');
  let pending = '';
  for await (const chunk of chunks) {
    pending += decoder.decode(chunk, { stream: true });
    const lines = pending.split('\n');
    pending = lines.pop()!;
    yield* lines;
  }
  yield pending + decoder.decode();
}

/**
 * CSV with a header of mapped or org names. An empty value is absent and `#N/A` is null, as in uploads to Salesforce; the
 * type of the field says what a text means.
 */
async function* readCsvRecords(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<FileRow> {
  let columns: string[] | undefined;
  let index = 0;
  try {
    for await (const values of readCsvRows(chunks)) {
      if (!columns) {
        columns = checkHeader(values.map((name) => name.trim()));
        continue;
      }
      yield values.length > columns.length
        ? { index: index++, record: {}, unreadable: 'The row has more values than the header has names.' }
        : { index: index++, record: recordOf(columns, values) };
    }
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw new AmpError({ code: 'write-file-invalid', message: `Row ${index + 1}: ${error.message}.`, cause: error });
  }
}

function checkHeader(names: string[]): string[] {
  const twice = names.find((name, at) => names.indexOf(name) !== at);
  if (twice === undefined && !names.includes('')) return names;
  throw new AmpError({
    code: 'write-file-invalid',
    message: twice ? `The header names "${twice}" twice.` : 'The header has a column without a name.',
  });
}

function recordOf(columns: readonly string[], values: readonly string[]): JsonObject {
  const record: JsonObject = Object.create(null);
  for (const [at, name] of columns.entries()) {
    const text = values[at] ?? '';
    if (text !== '') record[name] = text === '#N/A' ? null : text;
  }
  return record;
}

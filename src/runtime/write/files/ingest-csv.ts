import { type Json, JsonNumber, type JsonObject } from '../../../mapping/json.ts';
import { isObject } from '../../../mapping/reverse/reverse-record.ts';
import { findField, type ObjectSchema } from '../../../providers/salesforce/describe/object-schema.ts';

/**
 * Records as Bulk ingest takes them: an empty value is ignored, `#N/A` clears a field, a parent by external id is a column
 * `Owner.Ext__c` (Bulk API 2.0 Developer Guide, "Prepare CSV files").
 */
export interface IngestTable {
  columns: string[];
  /** In the order given. */
  rows: string[][];
}

const clearMark = '#N/A';

/** Column → text of one record; undefined when CSV cannot say it (lists, nested objects, the text `#N/A` itself). */
export function ingestCells(
  object: ObjectSchema,
  id: string | undefined,
  body: JsonObject,
): Map<string, string> | undefined {
  const cells = new Map<string, string>();
  if (id !== undefined) cells.set('Id', id);
  for (const [name, value] of Object.entries(body)) {
    if (isObject(value)) {
      const [parent, ...others] = Object.entries(value);
      if (!parent || others.length > 0 || isObject(parent[1])) return undefined;
      const text = cellText(parent[1], undefined);
      if (text === undefined) return undefined;
      cells.set(`${name}.${parent[0]}`, text);
      continue;
    }
    const text = cellText(value, findField(object, name)?.type);
    if (text === undefined) return undefined;
    cells.set(name, text);
  }
  return cells;
}

function cellText(value: Json, type: string | undefined): string | undefined {
  // Empty text and null are the same to the org; an empty cell would be ignored.
  if (value === null || value === '') return clearMark;
  if (typeof value === 'string') {
    if (value === clearMark) return undefined;
    return type === 'datetime' ? value.replace(/([+-]\d\d)(\d\d)$/, '$1:$2') : value;
  }
  if (typeof value === 'boolean' || typeof value === 'number') return String(value);
  return value instanceof JsonNumber ? value.text : undefined;
}

export function tableOf(cells: readonly ReadonlyMap<string, string>[]): IngestTable {
  const columns = [...new Set(cells.flatMap((row) => [...row.keys()]))];
  return { columns, rows: cells.map((row) => columns.map((name) => row.get(name) ?? '')) };
}

const chunkRows = 2_000;

/** The upload, header first, in pieces. */
export function renderTable({ columns, rows }: IngestTable): Buffer[] {
  const chunks = [Buffer.from(`${columns.join(',')}\n`)];
  for (let at = 0; at < rows.length; at += chunkRows) {
    chunks.push(
      Buffer.from(
        rows
          .slice(at, at + chunkRows)
          .map(renderRow)
          .join(''),
      ),
    );
  }
  return chunks;
}

const renderRow = (values: readonly string[]) => `${values.map(quote).join(',')}\n`;

/** Nothing is trimmed inside quotes, and a comma, quote or line end is data there. */
const quote = (text: string) => (/^[\w.+:@/-]*$/.test(text) ? text : `"${text.replaceAll('"', '""')}"`);

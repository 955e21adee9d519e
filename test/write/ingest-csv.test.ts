import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { JsonNumber } from '../../src/mapping/json.ts';
import { readCsvRows } from '../../src/providers/salesforce/bulk/csv-rows.ts';
import type { ObjectSchema } from '../../src/providers/salesforce/describe/object-schema.ts';
import { ingestCells, renderTable, tableOf } from '../../src/runtime/write/files/ingest-csv.ts';

const object = { name: 'X', fields: [{ name: 'When__c', type: 'datetime' }] } as unknown as ObjectSchema;
const cells = (body: Parameters<typeof ingestCells>[2]) => ingestCells(object, undefined, body);

/** What an upload says, cut into pieces of `size` bytes on its way. */
async function upload(rows: readonly ReadonlyMap<string, string>[], size: number): Promise<string[][]> {
  const bytes = Buffer.concat(renderTable(tableOf(rows)));
  async function* chunks() {
    for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
  }
  const read: string[][] = [];
  for await (const row of readCsvRows(chunks())) read.push(row);
  return read;
}

describe('uploads', () => {
  test('every text arrives as it was, wherever the bytes are cut', async () => {
    const text = fc.oneof(
      fc.string({ unit: 'grapheme' }),
      fc.constantFrom('"', '""', ',', '\n', '\r\n', ' x ', '#N/A ', '\u2028', '-1', "'"),
    );
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(text, text), { minLength: 1, maxLength: 8 }),
        fc.integer({ min: 1, max: 40 }),
        async (pairs, size) => {
          const rows = pairs.map(([a, b]) => cells({ A: `x${a}`, B: `x${b}` })!);
          const read = await upload(rows, size);
          expect(read).toEqual([['A', 'B'], ...pairs.map(([a, b]) => [`x${a}`, `x${b}`])]);
        },
      ),
    );
  });

  test('null and empty clear, absent is left alone, types keep their form', async () => {
    const rows = [
      cells({ A: null, B: '', C: true, D: new JsonNumber('1.10'), When__c: '2026-01-31T10:00:00.000+0100' })!,
      cells({ A: 'x', Owner: { Ext__c: 7 } })!,
    ];
    expect(await upload(rows, 1_000)).toEqual([
      ['A', 'B', 'C', 'D', 'When__c', 'Owner.Ext__c'],
      ['#N/A', '#N/A', 'true', '1.10', '2026-01-31T10:00:00.000+01:00', ''],
      ['x', '', '', '', '', '7'],
    ]);
  });

  test('what CSV cannot say goes another way', () => {
    expect(cells({ A: '#N/A' })).toBeUndefined();
    expect(cells({ A: ['x'] })).toBeUndefined();
    expect(cells({ A: { b: { c: 1 } } })).toBeUndefined();
    expect(cells({ A: { b: 1, c: 2 } })).toBeUndefined();
  });
});

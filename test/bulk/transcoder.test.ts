import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { FieldPlan } from '../../src/mapping/field-plan.ts';
import { renderJson } from '../../src/mapping/json.ts';
import { mapRecord } from '../../src/mapping/map-record.ts';
import { parseJson } from '../../src/mapping/parse-json.ts';
import { bulkSelect } from '../../src/providers/salesforce/bulk/columns.ts';
import { createJavascriptTranscoder } from '../../src/providers/salesforce/bulk/transcode/javascript-transcoder.ts';
import { PageDecoder } from '../../src/providers/salesforce/bulk/transcode/page-decoder.ts';
import { compileProgram } from '../../src/providers/salesforce/bulk/transcode/program.ts';
import { recordFromRow } from '../../src/providers/salesforce/bulk/transcode/row-record.ts';
import type { Transcoder } from '../../src/providers/salesforce/bulk/transcode/transcoder.ts';
import { createWasmTranscoder } from '../../src/providers/salesforce/bulk/transcode/wasm-transcoder.ts';

const context = { apiVersion: '66.0', objectOfId: (id: string) => (id.startsWith('00G') ? 'Group' : undefined) };

const plan: FieldPlan = {
  object: 'Contact',
  columns: [
    { path: ['Id'], kind: 'text', parents: [] },
    { path: ['Name'], kind: 'text', parents: [] },
    { path: ['Amount__c'], kind: 'number', parents: [] },
    { path: ['Size__c'], kind: 'integer', parents: [] },
    { path: ['IsDeleted'], kind: 'boolean', parents: [] },
    { path: ['Owner', 'Name'], kind: 'text', parents: [['User', 'Group']] },
    { path: ['Account', 'Owner', 'Email'], kind: 'text', parents: [['Account'], ['User']] },
    { path: ['MailingCity'], kind: 'text', parents: [] },
    { path: ['MailingLatitude'], kind: 'number', parents: [] },
    { path: ['SystemModstamp'], kind: 'datetime', parents: [] },
  ],
  targets: [
    { place: 'fields', path: ['name'], source: { kind: 'column', column: 1 }, values: undefined, writtenAs: 'Name' },
    {
      place: 'fields',
      path: ['isdeleted'],
      source: { kind: 'column', column: 4 },
      values: undefined,
      writtenAs: 'IsDeleted',
    },
    {
      place: 'fields',
      path: ['mailingaddress'],
      source: {
        kind: 'compound',
        parts: [
          { key: 'city', column: 7 },
          { key: 'latitude', column: 8 },
        ],
      },
      values: undefined,
      writtenAs: 'MailingAddress',
    },
    {
      place: 'mappedFields',
      path: ['a', 'b'],
      source: { kind: 'column', column: 2 },
      values: undefined,
      writtenAs: 'Amount__c',
    },
    {
      place: 'mappedFields',
      path: ['owner'],
      source: { kind: 'column', column: 5 },
      values: undefined,
      writtenAs: 'Owner.Name',
    },
    {
      place: 'mappedFields',
      path: ['a', 'size'],
      source: { kind: 'column', column: 3 },
      values: new Map([['1', 'small "one"']]),
      writtenAs: 'Size__c',
    },
    {
      place: 'mappedFields',
      path: ['type'],
      source: { kind: 'walk', path: ['attributes', 'type'] },
      values: undefined,
      writtenAs: '',
    },
    {
      place: 'mappedFields',
      path: ['url'],
      source: { kind: 'walk', path: ['attributes', 'url'] },
      values: undefined,
      writtenAs: '',
    },
    {
      place: 'mappedFields',
      path: ['none'],
      source: { kind: 'walk', path: ['Name', 'x'] },
      values: undefined,
      writtenAs: '',
    },
  ],
  notices: [],
};
const select = bulkSelect(plan);

/** The reference: csv-parse, objects, and plain JSON text. Slow, and right. */
function reference(csv: string): string {
  const rows: string[][] = parse(csv, { bom: true, record_delimiter: ['\r\n', '\n'], skip_empty_lines: true });
  return rows
    .slice(1)
    .map((row) => `${renderJson(mapRecord(plan, recordFromRow(select, row, context)))}\n`)
    .join('');
}

function transcode(transcoder: Transcoder, chunks: readonly Uint8Array[]): { text: string; rows: number } {
  const decoder = new PageDecoder(select, transcoder, 0x2c);
  const output: Buffer[] = [];
  const drain = (final: boolean) => {
    for (let piece = decoder.next(final); piece; piece = decoder.next(final)) output.push(Buffer.from(piece));
  };
  decoder.startPage();
  for (const chunk of chunks) {
    decoder.feed(Buffer.from(chunk));
    drain(false);
  }
  drain(true);
  return { text: Buffer.concat(output).toString(), rows: decoder.rows };
}

const header = select.columns.map((column) => column.name);
const quoted = (values: readonly string[]) => values.map((value) => `"${value.replaceAll('"', '""')}"`).join(',');
const csvOf = (rows: readonly (readonly string[])[], lineEnd = '\n') =>
  [header, ...rows].map((row) => quoted(row) + lineEnd).join('');

const makers: [string, () => Transcoder][] = [
  ['JavaScript', () => createJavascriptTranscoder(compileProgram(plan, select, context), 0x2c)],
  ['WebAssembly', () => createWasmTranscoder(compileProgram(plan, select, context), 0x2c)!],
];

const text = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 30 }),
  fc.string({
    unit: fc.constantFrom('"', ',', '\n', '\r', '\\', 'é', '😀', '\u2028', '\u0000', '\u001f', 'a', ' '),
    maxLength: 12,
  }),
  fc.constantFrom('', 'null', 'NA', '007', '#N/A', '"', '""', '\r\n', 'x'.repeat(5000)),
);
const number = fc.oneof(
  fc.constantFrom(
    '',
    '0',
    '-0',
    '1',
    '12.50',
    '1.0E7',
    '9007199254740993',
    '0.1',
    '.5',
    '5.',
    '+3',
    '007',
    '1e400',
    'abc',
    '-',
    '1.0',
    '12.0',
  ),
  fc.double({ noNaN: true, noDefaultInfinity: true }).map(String),
  fc.bigInt().map(String),
);
const stamp = fc.constantFrom(
  '',
  '2018-12-18T22:51:58.000Z',
  '2018-12-18T22:51:58Z',
  '2018-12-18T22:51:58.000+0000',
  'soon',
);
const row = fc
  .tuple(text, text, number, number, fc.constantFrom('true', 'false', '', 'maybe'), text, text, text, number, stamp)
  .chain((values) =>
    fc.tuple(
      fc.constant(values),
      fc.constantFrom('', '005A', '00GB'),
      fc.constantFrom('', '001A'),
      fc.constantFrom('', '005B'),
    ),
  )
  .map(([values, owner, account, accountOwner]) => {
    // A parent that is not there has no values either.
    const row: string[] = [...values, owner, account, account && accountOwner];
    if (!owner) row[5] = '';
    if (!row[12]) row[6] = '';
    return row;
  });

describe.each(makers)('the %s transcoder', (_name, make) => {
  test('writes what the slow reference writes, wherever the network cuts the bytes', () => {
    const transcoder = make();
    fc.assert(
      fc.property(
        fc.array(row, { maxLength: 8 }),
        fc.constantFrom('\n', '\r\n'),
        fc.boolean(),
        fc.array(fc.nat(10_000), { maxLength: 12 }),
        (rows, lineEnd, bom, cuts) => {
          const csv = `${bom ? '\ufeff' : ''}${csvOf(rows, lineEnd)}`;
          const bytes = Buffer.from(csv);
          const places = [0, ...cuts.map((cut) => cut % (bytes.length + 1)).sort((a, b) => a - b), bytes.length];
          const chunks = places.slice(1).map((to, i) => bytes.subarray(places[i]!, to));
          const result = transcode(transcoder, chunks);
          expect(result.text).toBe(reference(bytes.toString()));
          expect(result.rows).toBe(rows.length);
        },
      ),
      { numRuns: 500 },
    );
  });

  test('takes one byte at a time', () => {
    const bytes = Buffer.from(
      csvOf([
        [
          '003A',
          'Ünï "x"\r\n,😀',
          '1.50',
          '7',
          'true',
          'Ann',
          'a@b',
          'Bonn',
          '',
          '2018-12-18T22:51:58.000Z',
          '005A',
          '001A',
          '005B',
        ],
      ]),
    );
    expect(
      transcode(
        make(),
        [...bytes].map((byte) => Uint8Array.of(byte)),
      ).text,
    ).toBe(reference(bytes.toString()));
  });

  test('reads values without quotes and a last row without line end', () => {
    const csv = `${header.join(',')}\r\n003A,Plain "inner" x,1,2,true,,,,,,,,\r\n\r\n003B,,,,,,,,,,,,`;
    const { text, rows } = transcode(make(), [Buffer.from(csv)]);
    expect(rows).toBe(2);
    const lines = text
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(lines[0].fields).toEqual({ name: 'Plain "inner" x', isdeleted: true, mailingaddress: null });
    expect(lines[1].raw.Owner).toBeNull();
  });

  test('replaces bytes that are not UTF-8 instead of passing them on', () => {
    const bytes = Buffer.concat([
      Buffer.from(`${quoted(header)}\n"003A","`),
      Buffer.from([0x61, 0xff, 0xe2, 0x82]),
      Buffer.from('","","","","","","","","","","",""\n'),
    ]);
    for (const chunks of [[bytes], [...bytes].map((byte) => Uint8Array.of(byte))]) {
      const { text } = transcode(make(), chunks);
      expect(JSON.parse(text).fields.name).toMatch(/^a\ufffd+$/);
    }
  });

  test.each([
    ['a row with too few values', '"003A","x"\n'],
    ['a row with too many values', `${'"1",'.repeat(13)}"2"\n`],
    ['text after a closing quote', `"003A"x,${'"",'.repeat(11)}""\n`],
    ['an end inside quotes', '"003A","never closed\n'],
  ])('refuses %s', (_what, body) => {
    expect(() => transcode(make(), [Buffer.from(`${quoted(header)}\n${body}`)])).toThrow(SyntaxError);
  });

  test('refuses a page whose header names other columns', () => {
    const csv = csvOf([]).replace('"Name"', '"Nome"');
    expect(() => transcode(make(), [Buffer.from(csv)])).toThrow(/header/);
  });

  test('grows for a value larger than its buffers', () => {
    const big = `${'é"\n'.repeat(700_000)}`;
    const csv = csvOf([['003A', big, '', '', '', '', '', '', '', '', '', '', '']]);
    const bytes = Buffer.from(csv);
    const chunks = Array.from({ length: Math.ceil(bytes.length / 65536) }, (_, i) =>
      bytes.subarray(i * 65536, (i + 1) * 65536),
    );
    expect(transcode(make(), chunks).text).toBe(reference(csv));
  });
});

test('exact JSON: what is parsed is written back digit for digit', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      const json = JSON.stringify(value);
      expect(renderJson(parseJson(json))).toBe(json);
      expect(JSON.parse(renderJson(parseJson(json)))).toEqual(JSON.parse(json));
    }),
  );
  for (const json of ['9007199254740993', '1.0', '-0', '1e400', '1.0E7', '[1.50,{"a":0.1000}]']) {
    expect(renderJson(parseJson(json))).toBe(json);
  }
  for (const json of ['', '{', '[1,]', '01', '"a', 'nul', '1 2', '{"a" 1}', '"\n"']) {
    expect(() => parseJson(json)).toThrow(SyntaxError);
  }
});

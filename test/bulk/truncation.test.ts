import { Readable } from 'node:stream';
import { createGunzip, gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import type { FieldPlan } from '../../src/mapping/field-plan.ts';
import { HttpFailure } from '../../src/platform/http.ts';
import { bulkSelect } from '../../src/providers/salesforce/bulk/columns.ts';
import { consumePage } from '../../src/providers/salesforce/bulk/result-pages.ts';
import { createTranscoder } from '../../src/providers/salesforce/bulk/transcode/create-transcoder.ts';
import { PageDecoder } from '../../src/providers/salesforce/bulk/transcode/page-decoder.ts';
import { compileProgram } from '../../src/providers/salesforce/bulk/transcode/program.ts';
import { seededRandom } from '../read/kill-loop.ts';

const plan: FieldPlan = {
  object: 'Contact',
  columns: ['Id', 'LastName', 'Description'].map((name) => ({ path: [name], kind: 'text', parents: [] })),
  targets: [],
  notices: [],
};
const select = bulkSelect(plan);
const program = compileProgram(plan, select, { apiVersion: '66.0', objectOfId: () => undefined });
const decoder = new PageDecoder(select, createTranscoder(program, 0x2c), 0x2c);
const rows = 50;
const csv = Buffer.from(
  `"Id","LastName","Description"\n${Array.from(
    { length: rows },
    (_, i) => `"003${i}","Nämé ""${i}""","line one\nline ""two"", é\r\n"\n`,
  ).join('')}`,
);
const random = seededRandom(11);
const offsets = Array.from({ length: 1000 }, (_, i) =>
  i < 40 ? csv.length - 1 - i : Math.floor(random() * csv.length),
);

async function accepts(body: Readable, headers: Record<string, string> = {}): Promise<boolean> {
  try {
    await consumePage({ status: 200, headers, body }, { records: rows, next: undefined }, decoder, () => {});
    return true;
  } catch (error) {
    expect(error).toBeInstanceOf(Error);
    return false;
  }
}

test('the whole page is accepted', async () => {
  expect(await accepts(Readable.from([csv]))).toBe(true);
});

test('BULK-13 of a page cut at 1,000 places, without anything that frames it, none is accepted', async () => {
  let accepted = 0;
  for (const offset of offsets) if (await accepts(Readable.from([csv.subarray(0, offset)]))) accepted++;
  expect(accepted).toBe(0);
});

test('BULK-13 of a gzipped page cut at 1,000 places none is accepted', async () => {
  const zipped = gzipSync(csv);
  let accepted = 0;
  for (let i = 0; i < 1000; i++) {
    const offset = i < 40 ? zipped.length - 1 - i : Math.floor(random() * zipped.length);
    if (await accepts(Readable.from([zipped.subarray(0, offset)]).pipe(createGunzip()))) accepted++;
  }
  expect(accepted).toBe(0);
});

test('a connection lost inside a page is a page that did not arrive whole, not an unexpected error', async () => {
  const body = new Readable({ read() {} });
  body.push(csv.subarray(0, 100));
  body.destroy(new HttpFailure('reset', 'acme.my.salesforce.com closed the connection (ECONNRESET).'));
  const page = consumePage({ status: 200, headers: {}, body }, { records: rows, next: undefined }, decoder, () => {});
  await expect(page).rejects.toMatchObject({
    code: 'read-page-broken',
    message: 'A page of results did not arrive whole: acme.my.salesforce.com closed the connection (ECONNRESET).',
  });
});

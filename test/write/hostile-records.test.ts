import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { AmpError } from '../../src/errors/amp-error.ts';
import { type JsonObject, renderJson } from '../../src/mapping/json.ts';
import { parseJson } from '../../src/mapping/parse-json.ts';
import type { ObjectSchema } from '../../src/providers/salesforce/describe/object-schema.ts';
import { parseWriteRequest } from '../../src/runtime/write/parse-request.ts';
import { createWritePreparer, prepareWrite } from '../../src/runtime/write/prepare-write.ts';
import { field } from '../read/read-world.ts';
import { sourceOf, startWriteWorld, type WriteTestWorld } from './write-world.ts';

let world: WriteTestWorld;
let account: ObjectSchema;
beforeAll(async () => {
  world = await startWriteWorld();
  account = await world.describer.object('Account');
});
afterAll(() => world.stop());

const setting = {
  objectName: 'Account',
  read: {
    requiredFields: [
      field('Phone', "$['__proto__']['phone']"),
      field('Site', "$['a']['b']['c']"),
      field('Fax', 'constructor'),
    ],
    optionalFields: [],
  },
};
const names = fc.oneof(
  fc.constantFrom(
    '__proto__',
    'constructor',
    'prototype',
    'a',
    'b',
    'c',
    'Name',
    'BillingAddress',
    'Owner',
    "$['a']['b']",
    '$',
    "$['",
    'id',
  ),
  fc.string(),
);
const { records } = fc.letrec<{ value: unknown; records: Record<string, unknown> }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    fc.string(),
    fc.integer(),
    fc.boolean(),
    fc.constant(null),
    fc.array(tie('value'), { maxLength: 3 }),
    tie('records'),
  ),
  records: fc.dictionary(names, tie('value'), { maxKeys: 5 }),
}));

describe('records nobody expected', () => {
  test('any JSON becomes a row or a reason, and no prototype is touched', () => {
    const preparer = createWritePreparer(sourceOf(setting), account, { type: 'create' });
    fc.assert(
      fc.property(records, (given) => {
        const text = JSON.stringify(given);
        const result = preparer.prepare({ record: parseJson(text) as JsonObject }, 0);
        if ('row' in result) renderJson(result.row.create!);
        else expect(result.problems.length).toBeGreaterThan(0);
        expect(Object.keys(Object.prototype)).toEqual([]);
        expect(({} as { phone?: unknown }).phone).toBeUndefined();
      }),
      { numRuns: 1_000 },
    );
  });

  test('a name such as __proto__ is data: mapped it leads to its field, unmapped it goes out as it came', () => {
    const preparer = createWritePreparer(sourceOf(setting), account, { type: 'create' });
    const record = parseJson('{"__proto__":{"phone":"1"},"constructor":"2","prototype":"3"}') as JsonObject;
    const result = preparer.prepare({ record }, 0);
    expect('row' in result && renderJson(result.row.create!)).toBe('{"Phone":"1","Fax":"2","prototype":"3"}');
  });

  test('any body is a request or a refusal that says where', () => {
    const keys = fc.constantFrom(
      'type',
      'mode',
      'record',
      'batch',
      'batchPolicy',
      'retryPolicy',
      'autoBatchPolicy',
      'headers',
      'associations',
      'externalIdField',
    );
    const values = fc.oneof(
      fc.constantFrom<unknown>(
        'create',
        'update',
        'synchronous',
        'asynchronous',
        {},
        [],
        [{}],
        [{ record: {} }],
        { allOrNone: 1 },
        { deadlineHours: 49 },
        { maxDelayMinutes: 0 },
        null,
        0,
      ),
      records,
    );
    fc.assert(
      fc.property(fc.dictionary(keys, values), (body) => {
        try {
          const request = parseWriteRequest('account', parseJson(JSON.stringify(body)));
          prepareWrite(request, sourceOf(setting), account);
        } catch (error) {
          expect(error).toBeInstanceOf(AmpError);
          expect((error as AmpError).code).toMatch(/^write-/);
        }
      }),
      { numRuns: 2_000 },
    );
  });

  test('numbers keep their digits all the way into the call', async () => {
    const text = '{"Name":"N","AnnualRevenue":12345678901234.10}';
    const request = parseWriteRequest('account', parseJson(`{"type":"create","record":${text}}`));
    const result = prepareWrite(request, sourceOf({ objectName: 'Account' }), account);
    expect('prepared' in result && renderJson(result.prepared.rows[0]!.create!)).toBe(text);
  });
});

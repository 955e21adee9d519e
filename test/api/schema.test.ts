import { Ajv2020 } from 'ajv/dist/2020.js';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { checkValue } from '../../src/api/schema/check-value.ts';
import { type JsonSchema, renderJsonSchema } from '../../src/api/schema/json-schema.ts';
import {
  anyOf,
  anything,
  flag,
  integer,
  listOf,
  mapOf,
  named,
  number,
  record,
  type Schema,
  text,
} from '../../src/api/schema/schema.ts';
import { parseJson } from '../../src/mapping/parse-json.ts';

const keys = ['a', 'b', 'mode'] as const;

/** Any schema our routes could be made of. */
const schemas: fc.Arbitrary<Schema> = fc.letrec<{ schema: Schema }>((tie) => ({
  schema: fc.oneof(
    { depthSize: 'small' },
    fc.constantFrom<Schema>(
      text(),
      flag,
      number,
      anything,
      text({ choices: ['async', 'sync'] }),
      integer({ min: 1, max: 3 }),
    ),
    fc.constantFrom<Schema>(text({ minLength: 1, maxLength: 2 }), integer()),
    tie('schema').map((item) => listOf(item, { min: 1, max: 2 })),
    tie('schema').map((item) => mapOf(item)),
    fc.tuple(tie('schema'), tie('schema')).map((options) => anyOf(...options)),
    fc
      .tuple(
        fc.dictionary(fc.constantFrom(...keys), tie('schema')),
        fc.dictionary(fc.constantFrom('c', 'd'), tie('schema')),
        fc.boolean(),
      )
      .map(([required, optional, open]) => record(required, optional, { open })),
  ),
})).schema;

const values = fc.oneof(
  fc.jsonValue({ maxDepth: 3 }),
  fc.letrec<{ value: unknown }>((tie) => ({
    value: fc.oneof(
      { depthSize: 'small' },
      fc.constantFrom<unknown>('async', '', 'ab', 'abc', '\u{1f600}\u{1f600}', 0, 1, 3, 4, 1.5, true, null),
      fc.array(tie('value'), { maxLength: 3 }),
      fc.dictionary(fc.constantFrom(...keys, 'c', 'd', 'e', '__proto__'), tie('value')),
    ),
  })).value,
);

describe('schemas', () => {
  test('the checker accepts exactly what the rendered JSON Schema accepts', () => {
    const ajv = new Ajv2020({ strict: false });
    let accepted = 0;
    fc.assert(
      fc.property(schemas, fc.array(values, { minLength: 1, maxLength: 8 }), (schema, candidates) => {
        const validate = ajv.compile(renderJsonSchema(schema, new Map()));
        for (const candidate of candidates) {
          // As it arrives: own keys only, whatever their names.
          const value = parseJson(JSON.stringify(candidate));
          const faults = checkValue(schema, value);
          expect(faults.length === 0, JSON.stringify({ schema, candidate, faults })).toBe(validate(value));
          if (faults.length === 0) accepted++;
        }
      }),
      { numRuns: 250 },
    );
    expect(accepted).toBeGreaterThan(50);
  });

  test('a fault names the place and what was expected, and never the value', () => {
    const schema = record({
      fieldFilters: listOf(record({ operator: text({ choices: ['eq'] }), value: anyOf(text(), flag) })),
    });
    expect(checkValue(schema, { fieldFilters: [{ operator: 'equals', value: 'secret' }], fieldfilter: 1 })).toEqual([
      { name: 'fieldFilters[0].operator', detail: 'Expected eq.' },
      { name: 'fieldfilter', detail: 'It is not known here. Did you mean "fieldFilters"?' },
    ]);
    expect(checkValue(schema, {})).toEqual([{ name: 'fieldFilters', detail: 'It is missing.' }]);
    expect(checkValue(listOf(text(), { min: 1 }), [])).toEqual([
      { name: '', detail: 'Expected a list that is not empty.' },
    ]);
    expect(checkValue(integer({ min: 1, max: 1000 }), 1001)).toEqual([{ name: '', detail: 'Expected 1 to 1000.' }]);
  });

  test('times have a zone and a day that exists', () => {
    const time = text({ format: 'date-time' });
    for (const good of ['2026-02-03T09:16:00Z', '2024-02-29T00:00:00.123456Z', '2026-02-03T09:16:00+05:30'])
      expect(checkValue(time, good), good).toEqual([]);
    for (const bad of [
      '2026-02-03',
      '2026-02-03T09:16:00',
      '2026-02-30T00:00:00Z',
      '2026-13-01T00:00:00Z',
      '2026-02-03T24:00:00Z',
      '1d',
    ])
      expect(checkValue(time, bad), bad).toHaveLength(1);
  });

  test('a named schema is one component, however often it is used', () => {
    const components = new Map<string, JsonSchema>();
    const error = named('Error', record({ message: text() }));
    expect(renderJsonSchema(record({ one: error, many: listOf(error) }), components)).toMatchObject({
      properties: {
        one: { $ref: '#/components/schemas/Error' },
        many: { items: { $ref: '#/components/schemas/Error' } },
      },
    });
    expect([...components.keys()]).toEqual(['Error']);
  });
});

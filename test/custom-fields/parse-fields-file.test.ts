import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseFieldsFile } from '../../src/custom-fields/parse-fields-file.ts';

const parse = (text: string) => parseFieldsFile('fields.yaml', Buffer.from(text));
/** `line:column code message`, as a person would look for them. */
const findings = (text: string) =>
  parse(text).diagnostics.map(
    ({ code, message, location, hint }) =>
      `${location!.start.line}:${location!.start.column} ${code} ${message}${hint ? ` ${hint}` : ''}`,
  );
const field = (more: string) => `fields:
  Account:
    - fieldName: Tier__c
      displayName: Tier
${more}`;

test('the example of the documentation is read whole', () => {
  const page = readFileSync(join(import.meta.dirname, '../../docs/custom-fields.md'), 'utf8');
  const example = /```yaml\n([\s\S]*?)```/.exec(page)![1]!;
  const { definitions, diagnostics } = parse(example);
  expect(diagnostics).toEqual([]);
  expect(definitions.map(({ objectName, fieldName }) => `${objectName}.${fieldName}`)).toEqual([
    'Account.Fit_Score__c',
    'Account.Acme_Id__c',
    'Account.Tier__c',
    'Opportunity.Referred_By__c',
  ]);
  expect(definitions[2]).toMatchObject({
    stringOptions: { values: ['Gold', 'Silver', 'Bronze'], valuesRestricted: true, defaultValue: 'Bronze' },
  });
});

test('the hosted platform’s JSON is read as well', () => {
  const json = JSON.stringify({
    fields: { Lead: [{ fieldName: 'A__c', displayName: 'A', valueType: 'boolean' }] },
  });
  expect(parse(json)).toEqual({
    definitions: [{ objectName: 'Lead', fieldName: 'A__c', displayName: 'A', valueType: 'boolean' }],
    diagnostics: [],
  });
});

test('each mistake is named where it stands, all of them in one run', () => {
  const text = `fields:
  Account:
    - fieldName: Tier
      displayName: Tier
      valueType: sting
      lable: x
    - displayName: Nameless
      valueType: string
    - fieldName: Score__c
      displayName: Score
      valueType: int
      required: maybe
      numericOptions: { precision: 99 }
    - fieldName: score__c
      displayName: Score
      valueType: int
    - fieldName: Score__c
      displayName: Score
      valueType: int
`;
  expect(findings(text)).toEqual([
    '5:18 fields-file-value "sting" is no valueType. Did you mean string?',
    '6:7 fields-file-key a field has no key "lable". The keys are fieldName, displayName, valueType, description, required, unique, indexed, stringOptions, numericOptions, association.',
    '7:7 fields-file-value The field has no fieldName.',
    '12:17 fields-file-value required is true or false; this is "maybe".',
    '13:36 fields-file-value precision is a whole number from 1 to 18; this is "99".',
    '14:18 fields-file-value Account.score__c is listed twice.',
    '17:18 fields-file-value Account.Score__c is listed twice.',
  ]);
});

test.each([
  ['      valueType: singleSelect', 'A singleSelect field needs its choices.'],
  ['      valueType: boolean\n      required: true', 'cannot be required'],
  ['      valueType: reference', 'A reference needs the object it refers to.'],
  [
    '      valueType: string\n      association: {targetObject: Contact}',
    'association belongs to a field of valueType',
  ],
  ['      valueType: date\n      unique: true', 'Only short texts and numbers can be unique or indexed.'],
  ['      valueType: string\n      indexed: true\n      stringOptions: {length: 900}', 'Only short texts and numbers'],
  ['      valueType: int\n      numericOptions: {scale: 2}', 'An int field has no digits behind the point.'],
  ['      valueType: float\n      numericOptions: {precision: 4, scale: 4}', 'scale must be smaller than precision'],
  [
    '      valueType: singleSelect\n      stringOptions: {values: [A, B], defaultValue: C}',
    'The default "C" is not one of the values.',
  ],
  ['      valueType: date\n      stringOptions: {length: 4}', 'stringOptions means nothing for a date field.'],
])('options that do not fit the type are refused: %s', (more, message) => {
  expect(findings(field(more)).join('\n')).toContain(message);
});

test('what is not a list of fields says what it should be', () => {
  expect(findings('')).toEqual(['1:1 fields-file-yaml fields.yaml is empty.']);
  expect(findings('fields: {Account: [')).toHaveLength(1);
  expect(findings('- a')).toEqual(['1:1 fields-file-value The file is a mapping; this is a list.']);
  expect(findings('Account: []').at(-1)).toContain('The file lists no fields.');
});

test('no bytes make it throw', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
      parseFieldsFile('f', bytes);
    }),
  );
  fc.assert(
    fc.property(fc.string({ maxLength: 80 }), (text) => {
      parse(field(`      valueType: ${text}`));
    }),
  );
});

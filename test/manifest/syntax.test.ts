import { describe, expect, test } from 'vitest';
import { check } from './fixture.ts';

const head = 'specVersion: 1.0.0\nintegrations:\n  - name: crm\n    provider: salesforce\n';
const object = `${head}    read:\n      objects:\n        - objectName: account\n`;

/** `8:21 The quote opened on line 8 is not closed.` of the one finding. */
function fault(text: string): string {
  const { diagnostics } = check(text);
  expect(diagnostics.map(({ code }) => code)).toEqual(['yaml-syntax']);
  const { line, column } = diagnostics[0]!.location!.start;
  return `${line}:${column} ${diagnostics[0]!.message}`;
}

describe('what is not YAML is pointed at where it has to be mended', () => {
  test.each([
    [
      'a quote',
      `schedule: "*/15 * * * *\n          destination: "d"`,
      '8:21 The quote opened on line 8 is not closed.',
    ],
    ['a quote, to the end of the file', "schedule: '0 * * * *", '8:21 The quote opened on line 8 is not closed.'],
    ['a list', 'requiredFields: [{fieldName: id}\n          a: b', '8:27 The bracket opened on line 8 is not closed.'],
    ['a mapping', 'requiredFields: [{fieldName: id]', '8:28 The bracket opened on line 8 is not closed.'],
    ['a list at the end of the file', 'requiredFields: [', '8:27 The bracket opened on line 8 is not closed.'],
    ['a bracket too many', 'requiredFields: [{fieldName: id}]]', '8:44 Line 8 closes a bracket that is not open.'],
    [
      'a key too far out',
      'destination: d\n         schedule: x',
      '9:10 The indentation of line 9 fits nothing above it.',
    ],
    [
      'a key too far in',
      'destination: d\n            schedule: x',
      '9:13 The indentation of line 9 fits nothing above it.',
    ],
    [
      'an item too far out',
      'requiredFields:\n            - fieldName: id\n           - fieldName: x',
      '10:12 The indentation of line 10 fits nothing above it.',
    ],
    ['a missing space', 'destination:d\n          schedule: x', '8:11 Line 8 has no space behind the colon.'],
    ['a missing colon', 'destination d\n          schedule: x', '8:11 Line 8 has a key without a colon.'],
    ['a missing comma', 'delivery: {mode: auto pageSize: 5}', '8:28 Line 8 has a second key without a comma in front.'],
    ['quotes in quotes', "mapToName: 'it's'", '8:26 Line 8 goes on behind the closing quote.'],
    ['a merge conflict', 'destination: d\n<<<<<<< HEAD\n          schedule: x', '9:1 Line 9 marks a merge conflict.'],
  ])('%s', (_, lines, expected) => {
    expect(fault(`${object}          ${lines}\n`)).toBe(expected);
  });

  test('a tag is named as it is written', () => {
    const { diagnostics } = check(`${head.replace('crm', '!!binary Y3Jt')}    proxy: {enabled: true}\n`);
    expect(diagnostics).toMatchObject([
      { code: 'yaml-type', message: 'The tag "!!binary" means nothing here.', location: { start: { column: 11 } } },
    ]);
  });

  test('an invisible character or a missing space in a key is said', () => {
    const hints = (line: string) =>
      check(`${head}    proxy: {enabled: true}\n${line}\n`).diagnostics.map(({ hint }) => hint);
    expect(hints('    \u00a0displayName: x')).toEqual(['It holds an invisible character, U+00A0; remove it.']);
    expect(check(`${head}    proxy: {enabled:true}\n`).diagnostics.map(({ hint }) => hint)).toContain(
      'Put a space behind the colon.',
    );
  });

  test('two merges in one mapping are a key twice', () => {
    const text = `x: &x {provider: salesforce}\ny: &y {proxy: {enabled: true}}\nspecVersion: 1.0.0\nintegrations:\n  - <<: *x\n    <<: *y\n    name: crm\n`;
    const duplicates = (written: string) =>
      check(written).diagnostics.filter(({ code }) => code === 'yaml-duplicate-key');
    expect(duplicates(text)).toMatchObject([{ location: { start: { line: 6, column: 5 } } }]);
    expect(duplicates(text.replace('<<: *x\n    <<: *y', '<<: [*x, *y]'))).toEqual([]);
  });
});

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { fixtures } from './fixture.ts';

/** Manifests to start from: every fixture. */
const seeds: string[] = readdirSync(fixtures, { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.yaml'))
  .sort()
  .map((name) => readFileSync(join(fixtures, name), 'utf8'));

const pieces = [
  '\t',
  ' ',
  '\n',
  '\r\n',
  ':',
  ': ',
  '- ',
  '#',
  ' # amp:ignore',
  '# amp:ignore[unknown-key]',
  '"',
  "'",
  '{',
  '}',
  '[',
  ']',
  ',',
  '&a ',
  '*a',
  '<<: ',
  '|',
  '>',
  '!!str ',
  '!x ',
  '%',
  '@',
  '`',
  '?',
  '? ',
  '---\n',
  '...\n',
  '~',
  'null',
  'yes',
  'no',
  '010',
  '1_000',
  '1.0',
  '.inf',
  '0x1f',
  '\u0000',
  '\u2028',
  '\ufeff',
  '\ud800',
  'é',
  '𝒳',
  '$',
  "$['a']",
  '@hourly',
  '*/5 * * * *',
  'always',
  'objectName',
  'specVersion',
  'x'.repeat(2000),
  '\\',
  '\\u0041',
  '<<',
  '=',
  '[[',
  '}}',
  '{a: ',
];

type Edit = { kind: 'insert' | 'delete' | 'replace' | 'repeat' | 'indent'; at: number; length: number; piece: string };

const edit: fc.Arbitrary<Edit> = fc.record({
  kind: fc.constantFrom('insert', 'delete', 'replace', 'repeat', 'indent'),
  at: fc.double({ min: 0, max: 1, noNaN: true }),
  length: fc.integer({ min: 1, max: 40 }),
  piece: fc.constantFrom(...pieces),
});

/** A real manifest, changed in up to six places. */
export const mutatedManifest: fc.Arbitrary<string> = fc
  .tuple(fc.constantFrom(...seeds), fc.array(edit, { maxLength: 6 }))
  .map(([seed, edits]) => edits.reduce(apply, seed));

function apply(text: string, { kind, at, length, piece }: Edit): string {
  const start = Math.floor(at * text.length);
  const end = Math.min(text.length, start + length);
  switch (kind) {
    case 'insert':
      return text.slice(0, start) + piece + text.slice(start);
    case 'delete':
      return text.slice(0, start) + text.slice(end);
    case 'replace':
      return text.slice(0, start) + piece + text.slice(end);
    case 'repeat':
      return text.slice(0, end) + text.slice(start, end) + text.slice(end);
    case 'indent': {
      const lineStart = text.lastIndexOf('\n', start) + 1;
      return `${text.slice(0, lineStart)}${' '.repeat(length % 5)}${text.slice(lineStart)}`;
    }
  }
}

/** YAML of any shape, written in random styles: keys, scalars and punctuation thrown together line by line. */
export const randomYaml: fc.Arbitrary<string> = fc
  .array(
    fc.tuple(
      fc.integer({ min: 0, max: 6 }),
      fc.constantFrom('', '- ', '- - ', '-', '? ', '# '),
      fc.constantFrom('', 'a: ', 'b:', '"c": ', "'d': ", 'a b: ', 'read:', 'objects:', '<<: ', 'x:y: ', '*a: '),
      fc.constantFrom(
        '',
        '1',
        'text',
        '"q"',
        "'it''s'",
        '[1, {a: b}]',
        '{a: 1, b: [c]}',
        '&a x',
        '*a',
        '|',
        'a # c',
        'a: b',
        '- b',
        '"\\x41"',
        "{'k': v}",
        "{a: $['x'] }",
        '[a,b]',
        '{a:1}',
        '# only',
        '~',
        '!!str 1',
        'a  b',
        '[',
        '"open',
        '{}',
        '[]',
        '-1',
        '- ',
        ':',
        'a:',
        ',',
        '%x',
      ),
      fc.constantFrom('\n', '\n', '\n', '\r\n', '  \n', ' # note\n', '\n\n', ''),
    ),
    { maxLength: 12 },
  )
  .map((lines) =>
    lines.map(([indent, dash, key, value, end]) => ' '.repeat(indent) + dash + key + value + end).join(''),
  );

export const anyBytes: fc.Arbitrary<Uint8Array> = fc.oneof(
  fc.uint8Array({ maxLength: 300 }),
  fc.string({ unit: 'binary', maxLength: 200 }).map((text) => Buffer.from(text)),
  fc
    .constantFrom('[', '{', '- ', '? ', 'a: ', '"', "'", '|\n ', '&a ', '!', '#', '\n', '\t', ',', '- {', '[{', '*a\n')
    .chain((unit) => fc.integer({ min: 1, max: 400 }).map((count) => Buffer.from(unit.repeat(count)))),
);

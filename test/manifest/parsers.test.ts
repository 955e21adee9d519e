import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseFast } from '../../src/manifest/yaml/fast-parse.ts';
import { parseFully } from '../../src/manifest/yaml/full-parse.ts';
import { mutatedManifest, randomYaml } from './arbitrary.ts';
import { fixtureNames, fixtures } from './fixture.ts';

/** What the fast parser takes, it must read exactly as the complete one does. */
function agree(text: string): boolean {
  const fast = parseFast(text);
  if (!fast) return false;
  expect(fast).toEqual(parseFully(text));
  return true;
}

describe('two parsers, one tree', { timeout: 180_000 }, () => {
  test('the fast one reads every fixture that uses no rare YAML, and reads it the same', () => {
    const rare = new Set(['yaml-limits']);
    for (const rule of fixtureNames()) {
      const text = readFileSync(join(fixtures, rule, 'pass.yaml'), 'utf8').replace(/^\ufeff/, '');
      expect({ rule, isFast: agree(text) }).toEqual({ rule, isFast: !rare.has(rule) && !text.startsWith('\ufeff') });
    }
  });

  test('they agree on changed manifests', () => {
    let fast = 0;
    fc.assert(
      fc.property(mutatedManifest, (text) => {
        if (agree(text)) fast += 1;
      }),
      { numRuns: 2000 },
    );
    expect(fast).toBeGreaterThan(400);
  });

  test('they agree on YAML of any shape', () => {
    let fast = 0;
    fc.assert(
      fc.property(randomYaml, (text) => {
        if (agree(text)) fast += 1;
      }),
      { numRuns: 6000 },
    );
    expect(fast).toBeGreaterThan(100);
  });

  test.each([
    ['anchors', 'a: &x 1\nb: *x\n'],
    ['a key without a colon', 'a: 1\nb\n'],
    ['a tab', 'a:\tb\n'],
    ['a value on the next line at the same column', 'a:\nb\n'],
    ['two keys in one line', 'a: b: c\n'],
    ['a value that goes on', 'a: b\n  c\n'],
    ['a quote that goes on', 'a: "b\n  c"\n'],
    ['a flow that goes on', 'a: [b,\n  c]\n'],
    ['text behind a quote', 'a: "b" c\n'],
    ['a document end', 'a: 1\n...\n'],
    ['a block scalar', 'a: |\n  b\n'],
    ['a merge', 'a: {<<: {b: 1}}\n'],
  ])('the fast one leaves %s to the complete one', (_name, text) => {
    expect(parseFast(text)).toBeUndefined();
  });
});

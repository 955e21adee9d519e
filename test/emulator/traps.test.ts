import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { namedFaults } from '../../src/providers/salesforce/emulator/faults/catalogue.ts';
import { trapTable } from './traps.ts';

const entries = Object.entries(trapTable);

test('each of the 63 traps has its test, or a reason why a server cannot cause it here', () => {
  expect(entries.map(([number]) => Number(number))).toEqual(Array.from({ length: 63 }, (_, i) => i + 1));
  const missing = entries.flatMap(([number, trap]) => {
    if ('never' in trap) return [];
    const [file, name] = trap.test.split(' › ');
    const source = readFileSync(join(import.meta.dirname, file!), 'utf8');
    return source.includes(`test('${name}'`) ? [] : [`${number}: ${trap.test}`];
  });
  expect(missing).toEqual([]);
});

test('the faults that the table names exist', () => {
  const named = entries.flatMap(([, trap]) => ('faults' in trap ? (trap.faults ?? []) : []));
  expect(named.filter((name) => !(name in namedFaults))).toEqual([]);
});

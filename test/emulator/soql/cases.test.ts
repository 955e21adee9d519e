import { readFileSync } from 'node:fs';
import { afterAll, describe, expect, test } from 'vitest';
import type { SalesforceFault } from '../../../src/providers/salesforce/emulator/org.ts';
import { brief, openFixture } from './fixture.ts';

const heads: Record<string, string> = {
  A: 'SELECT Name FROM Account WHERE ',
  C: 'SELECT LastName FROM Contact WHERE ',
  O: 'SELECT Name FROM Opportunity WHERE ',
  T: 'SELECT Subject FROM Task WHERE ',
  P: 'SELECT External_Id__c FROM Touchpoint__c WHERE ',
};

interface Case {
  soql: string;
  rows?: string;
  error?: string;
}

/** Groups of cases under their `#` headings; the notes at the top of the file are none. */
function readCases(): Map<string, Case[]> {
  const groups = new Map<string, Case[]>();
  const text = readFileSync(new URL('./cases.txt', import.meta.url), 'utf8');
  let group: Case[] = [];
  for (const line of text.slice(text.indexOf('\n\n')).split('\n')) {
    if (line.startsWith('# ')) {
      group = [];
      groups.set(line.slice(2), group);
    }
    const match = /^([A-Z]): (.*?) (=>|!!) ?(.*)$/.exec(`${line} `);
    if (!match) continue;
    const [, kind, body, outcome, expected] = match as unknown as [string, string, string, string, string];
    const soql = heads[kind] ? `${heads[kind]}${body} ORDER BY Id` : body;
    group.push(outcome === '=>' ? { soql, rows: expected.trim() } : { soql, error: expected.trim() });
  }
  return groups;
}

const { org, options } = openFixture();
afterAll(() => org.close());

function run(soql: string): string {
  const cursor = org.query(soql, options);
  const rows = cursor.read(0, 100);
  return rows.length === 0 && cursor.totalSize > 0 ? `total ${cursor.totalSize}` : rows.map(brief).join(' | ');
}

function failure(soql: string): string {
  try {
    org.query(soql, options);
  } catch (error) {
    const { errorCode, message } = error as SalesforceFault;
    return `${errorCode} ${/Column:(\d+)/.exec(message)?.[1] ?? '-'} ${message.split('\n').at(-1)}`;
  }
  throw new Error(`was not refused: ${soql}`);
}

const groups = readCases();

test('there are at least 300 query cases', () => {
  expect([...groups.values()].flat().length).toBeGreaterThanOrEqual(300);
});

describe.each([...groups])('%s', (_name, cases) => {
  test.each(cases.map((one) => [one.soql, one] as const))('%s', (soql, { rows, error }) => {
    if (rows !== undefined) expect(run(soql)).toBe(rows);
    else expect(failure(soql)).toBe(error);
  });
});

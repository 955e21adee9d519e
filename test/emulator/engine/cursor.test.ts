import { parse } from 'csv-parse/sync';
import { afterEach, describe, expect, test } from 'vitest';
import { openEmulatedOrg } from '../../../src/providers/salesforce/emulator/open-org.ts';
import type { EmulatedOrg, QueryOptions } from '../../../src/providers/salesforce/emulator/org.ts';
import { awkwardTexts } from '../../../src/providers/salesforce/emulator/seeds/awkward.ts';

const noon = Date.parse('2026-03-04T12:00:00Z');
const comma = { delimiter: ',', lineEnding: '\n' } as const;
let org: EmulatedOrg;
afterEach(() => org.close());

const open = (records: Record<string, number>) => {
  org = openEmulatedOrg({ path: ':memory:', records, now: noon, frozenClock: true });
  return { userId: org.adminUserId, apiVersion: '66.0' } satisfies QueryOptions;
};

describe('a long result', () => {
  test('keeps its rows while others come and go, and can be read from anywhere again', () => {
    const options = open({ Contact: 5000 });
    const cursor = org.query('SELECT Id FROM Contact ORDER BY Id', options);
    const first = cursor.json(1000, 2000);
    org.commit({ userId: org.adminUserId, changeOrigin: '' }, (t) => {
      t.insert('Contact', { LastName: 'New' });
      t.delete('Contact', cursor.read(4000, 1)[0]!.Id as string);
    });
    expect(cursor.totalSize).toBe(5000);
    expect(cursor.json(1000, 2000)).toBe(first);
    expect(cursor.read(4999, 10)).toHaveLength(1);
    expect(cursor.read(5000, 10)).toEqual([]);
  });

  test('shows a short page where a row was deleted for good', () => {
    const options = open({ Contact: 3000 });
    const cursor = org.query('SELECT Id FROM Contact ORDER BY Id', options);
    const doomed = cursor.read(10, 1)[0]!.Id as string;
    org.commit({ userId: org.adminUserId, changeOrigin: '' }, (t) => t.hardDelete('Contact', doomed));
    expect(cursor.read(0, 2000)).toHaveLength(1999);
  });

  test('BULK-12 gives bulk pages that joined are the whole, each with its header', () => {
    const options = open({ Account: 20, Contact: 5000 });
    const soql = 'SELECT Id, LastName, Account.Name, SystemModstamp FROM Contact';
    const cursor = org.query(soql, { ...options, bulk: true });
    const pages = [0, 1700, 3400].map((at) => cursor.csv(at, 1700, comma).toString());
    const header = '"Id","LastName","Account.Name","SystemModstamp"\n';
    expect(pages.every((page) => page.startsWith(header))).toBe(true);
    const rows = pages.flatMap((page) => parse(page, { columns: true }) as Record<string, string>[]);
    expect(new Set(rows.map((row) => row.Id)).size).toBe(5000);
    const rest = org.query(soql, options).read(0, 5000);
    expect(rows.map((row) => row.Id)).toEqual(rest.map((row) => row.Id));
    expect(rows[7]!.SystemModstamp).toBe(String(rest[7]!.SystemModstamp).replace('+0000', 'Z'));
  });

  test('frees its rows when it is closed, and later results still work', () => {
    const options = open({ Contact: 3000 });
    const first = org.query('SELECT Id FROM Contact', { ...options, bulk: true });
    const second = org.query('SELECT Id FROM Contact', { ...options, bulk: true });
    first.close();
    const third = org.query('SELECT Id FROM Contact', { ...options, bulk: true });
    expect(second.csv(0, 3000, comma).equals(third.csv(0, 3000, comma))).toBe(true);
  });
});

describe('awkward values', () => {
  test('BULK-4 arrive alike by REST and by Bulk, whatever the delimiter and line ending', () => {
    const options = open({ Contact: 60 });
    const soql = 'SELECT External_Id__c, Department, Phone, Score__c FROM Contact ORDER BY Id';
    const rest = org.query(soql, options).read(0, 60);
    expect(rest.slice(1, 1 + awkwardTexts.length).map((row) => row.Department)).toEqual(awkwardTexts);
    const bulk = org.query(soql, { ...options, bulk: true });
    for (const delimiter of [',', ';', '|', '\t', '^', '`']) {
      for (const lineEnding of ['\n', '\r\n'] as const) {
        const text = bulk.csv(0, 60, { delimiter, lineEnding }).toString();
        const rows = parse(text, { columns: true, delimiter, record_delimiter: lineEnding }) as Record<
          string,
          string
        >[];
        expect(rows.map((row) => row.Department || null)).toEqual(rest.map((row) => row.Department));
        expect(rows.map((row) => row.Phone || null)).toEqual(rest.map((row) => row.Phone));
      }
    }
  });

  test('numbers beyond 2^53 keep every digit in JSON and CSV', () => {
    const options = open({ Contact: 60 });
    const soql = 'SELECT Score__c FROM Contact WHERE Score__c = 9007199254740993';
    const cursor = org.query(soql, options);
    expect(cursor.json(0, 1)).toContain('"Score__c":9007199254740993}');
    expect(cursor.read(0, 1)[0]!.Score__c).toBe(9_007_199_254_740_993n);
    expect(
      org
        .query(soql, { ...options, bulk: true })
        .csv(0, 1, comma)
        .toString(),
    ).toBe('"Score__c"\n"9007199254740993"\n');
  });

  test.each([
    [0, '0.0'],
    [100, '100.0'],
    [-3.25, '-3.25'],
    [9_999_999, '9999999.0'],
    [10_000_000, '1.0E7'],
    [123_456_789.5, '1.234567895E8'],
    [0.0005, '5.0E-4'],
    [0.1 + 0.2, '0.3'],
  ])('the decimal %d prints as Java prints it: %s', (value, text) => {
    const options = open({});
    org.commit({ userId: org.adminUserId, changeOrigin: '' }, (t) => t.insert('Touchpoint__c', { Weight__c: value }));
    const cursor = org.query('SELECT Weight__c FROM Touchpoint__c', { ...options, bulk: true });
    expect(cursor.csv(0, 1, comma).toString()).toBe(`"Weight__c"\n"${text}"\n`);
    expect(cursor.json(0, 1)).toContain(`"Weight__c":${text}}`);
  });

  test('empty and null are both nothing in CSV, and the longest text is whole', () => {
    const options = open({ Contact: 60 });
    const long = org.query("SELECT Notes__c FROM Contact WHERE External_Id__c = 'C-00000020'", {
      ...options,
      bulk: true,
    });
    const [row] = parse(long.csv(0, 1, comma), { columns: true }) as { Notes__c: string }[];
    expect(row!.Notes__c).toHaveLength(131_072);
    const bare = org.query("SELECT Phone, Title, AccountId FROM Contact WHERE External_Id__c = 'C-00000024'", {
      ...options,
      bulk: true,
    });
    expect(bare.csv(0, 1, comma).toString()).toBe('"Phone","Title","AccountId"\n"","",""\n');
  });
});

describe('a bulk query refuses', () => {
  test.each([
    ['SELECT COUNT(Id) FROM Account', 'API_ERROR', 'aggregate functions'],
    ['SELECT Industry FROM Account GROUP BY Industry', 'API_ERROR', 'GROUP BY'],
    ['SELECT Id FROM Account LIMIT 1 OFFSET 1', 'API_ERROR', 'OFFSET'],
    ['SELECT Id, (SELECT Id FROM Contacts) FROM Account', 'API_ERROR', 'parent-to-child'],
    ['SELECT TYPEOF What WHEN Account THEN Name END FROM Task', 'API_ERROR', 'TYPEOF'],
    ['SELECT BillingAddress FROM Account', 'API_ERROR', 'Selecting compound data not supported in Bulk Query'],
    ['SELECT Place__c FROM Touchpoint__c', 'API_ERROR', 'Selecting compound data not supported in Bulk Query'],
    ['SELECT FIELDS(ALL) FROM Account LIMIT 1', 'API_ERROR', 'FIELDS(ALL)'],
  ])('%s', (soql, errorCode, message) => {
    const options = open({});
    expect(() => org.query(soql, { ...options, bulk: true })).toThrow(
      expect.objectContaining({ errorCode, message: expect.stringContaining(message) }),
    );
  });
});

describe('a child list longer than its page', () => {
  test('names the place where it goes on, and the rest is there', () => {
    const options = open({ Account: 1 });
    const account = org.query('SELECT Id FROM Account', options).read(0, 1)[0]!.Id as string;
    org.commit({ userId: org.adminUserId, changeOrigin: '' }, (t) => {
      for (let i = 0; i < 5; i++) t.insert('Contact', { LastName: `C${i}`, AccountId: account });
    });
    const opened: number[] = [];
    let more: { read(offset: number, limit: number): Record<string, unknown>[] } | undefined;
    const cursor = org.query('SELECT Id, (SELECT LastName FROM Contacts ORDER BY LastName) FROM Account', {
      ...options,
      childPageRows: 2,
      childUrl: (openRest, offset) => {
        opened.push(offset);
        more = openRest();
        return '/next';
      },
    });
    expect(cursor.read(0, 1)[0]!.Contacts).toMatchObject({
      totalSize: 5,
      done: false,
      nextRecordsUrl: '/next',
      records: [{ LastName: 'C0' }, { LastName: 'C1' }],
    });
    expect(opened).toEqual([2]);
    expect(more!.read(2, 10).map((row) => row.LastName)).toEqual(['C2', 'C3', 'C4']);
  });
});

describe('the recycle bin', () => {
  test('empties itself after fifteen days', () => {
    const options = open({ Account: 3 });
    const id = org.query('SELECT Id FROM Account', options).read(0, 1)[0]!.Id as string;
    org.commit({ userId: org.adminUserId, changeOrigin: '' }, (t) => t.delete('Account', id));
    const all = () => org.query('SELECT Id FROM Account', { ...options, includeDeleted: true }).totalSize;
    org.clock.advance(14 * 86_400_000);
    expect(all()).toBe(3);
    org.clock.advance(2 * 86_400_000);
    expect(all()).toBe(2);
    expect(org.count('Account')).toBe(2);
  });
});

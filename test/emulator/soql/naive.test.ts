import fc from 'fast-check';
import { expect, test } from 'vitest';
import { openEmulatedOrg } from '../../../src/providers/salesforce/emulator/open-org.ts';
import type { EmulatedOrg } from '../../../src/providers/salesforce/emulator/org.ts';
import { accountRows, type Condition, conditions, contactRows, type Row, sortKeys } from './naive.ts';

/** One world of random rows, many questions about it; the external id carries each row's position. */
const worlds = accountRows.chain((accounts) =>
  fc.record({ accounts: fc.constant(accounts), contacts: contactRows(accounts) }),
);

interface World {
  org: EmulatedOrg;
  rows: Row[];
  positions: (soqlAfterFrom: string, bulk?: boolean) => number[];
  [fc.toStringMethod]: () => string;
}

function buildWorld(sample: number): World {
  const { accounts, contacts } = fc.sample(worlds, { seed: sample, numRuns: 1 })[0]!;
  const org = openEmulatedOrg({ path: ':memory:', now: Date.parse('2026-03-04T12:00:00Z'), frozenClock: true });
  const user = { userId: org.adminUserId, changeOrigin: '' };
  org.commit(user, (t) => {
    const ids = accounts.map(({ Regions__c, ...values }) => {
      const result = t.insert('Account', { ...values, Regions__c: Regions__c.join(';') });
      return result.success ? result.id : undefined;
    });
    for (const [i, { account, EmailBouncedDate, ...values }] of contacts.entries()) {
      const result = t.insert('Contact', {
        ...values,
        EmailBouncedDate: EmailBouncedDate === null ? null : new Date(EmailBouncedDate).toISOString(),
        AccountId: account && ids[accounts.indexOf(account)],
        External_Id__c: String(i),
      });
      if (!result.success) throw new Error(JSON.stringify(result));
    }
  });
  const options = { userId: org.adminUserId, apiVersion: '66.0' };
  const positions = (rest: string, bulk = false) => {
    const cursor = org.query(`SELECT External_Id__c FROM Contact ${rest}`, { ...options, bulk });
    if (!bulk) return cursor.read(0, 1000).map((row) => Number(row.External_Id__c));
    const csv = cursor.csv(0, 1000, { delimiter: ',', lineEnding: '\n' }).toString();
    return csv
      .split('\n')
      .slice(1, -1)
      .map((line) => Number(line.slice(1, -1)));
  };
  // Counterexamples name the world instead of printing it.
  return { org, rows: contacts, positions, [fc.toStringMethod]: () => `world ${sample}` };
}

const worldsInUse = [1, 2, 3].map(buildWorld);
const anyWorld = fc.constantFrom(...worldsInUse);

const matching = (rows: Row[], condition: Condition): number[] =>
  rows.flatMap((row, i) => (condition.holds(row) ? [i] : []));

test('any filter selects the rows a plain reading of it selects, by REST and by Bulk', () => {
  fc.assert(
    fc.property(anyWorld, conditions, (world, condition) => {
      const wanted = matching(world.rows, condition);
      expect(world.positions(`WHERE ${condition.soql} ORDER BY Id`)).toEqual(wanted);
      expect(world.positions(`WHERE ${condition.soql} ORDER BY Id`, true)).toEqual(wanted);
    }),
    { numRuns: 400 },
  );
});

test('a filter and its opposite share every row between them', () => {
  fc.assert(
    fc.property(anyWorld, conditions, (world, condition) => {
      const yes = world.positions(`WHERE ${condition.soql}`);
      const no = world.positions(`WHERE NOT (${condition.soql})`);
      expect([...yes, ...no].sort((a, b) => a - b)).toEqual(world.rows.map((_row, i) => i));
    }),
    { numRuns: 200 },
  );
});

test('any order is the order of a plain sort, pages cut from it alike', () => {
  const limits = fc.record({ limit: fc.nat(30), offset: fc.nat(10) });
  fc.assert(
    fc.property(
      anyWorld,
      fc.array(sortKeys, { minLength: 1, maxLength: 3 }),
      limits,
      (world, keys, { limit, offset }) => {
        const wanted = world.rows
          .map((row, i) => ({ row, i }))
          .sort((a, b) => keys.reduce((way, key) => way || key.compare(a.row, b.row), 0) || a.i - b.i)
          .map(({ i }) => i)
          .slice(offset, offset + limit);
        const order = keys.map((key) => key.soql).join(', ');
        expect(world.positions(`ORDER BY ${order}, Id LIMIT ${limit} OFFSET ${offset}`)).toEqual(wanted);
      },
    ),
    { numRuns: 200 },
  );
});

test('groups count and sum what a plain loop counts and sums', () => {
  fc.assert(
    fc.property(anyWorld, conditions, (world, condition) => {
      const wanted = new Map<string | null, { n: number; sum: number | null; most: string | null }>();
      for (const row of world.rows.filter((one) => condition.holds(one))) {
        const group = wanted.get(row.LeadSource) ?? { n: 0, sum: null, most: null };
        group.n += 1;
        if (row.Score__c !== null) group.sum = (group.sum ?? 0) + row.Score__c;
        if (row.Birthdate !== null && (group.most === null || row.Birthdate > group.most)) group.most = row.Birthdate;
        wanted.set(row.LeadSource, group);
      }
      const soql = `SELECT LeadSource, COUNT(Id) n, SUM(Score__c) s, MAX(Birthdate) d FROM Contact WHERE ${condition.soql} GROUP BY LeadSource`;
      const found = world.org.query(soql, { userId: world.org.adminUserId, apiVersion: '66.0' }).read(0, 100);
      const asMap = new Map(found.map((r) => [r.LeadSource, { n: r.n, sum: r.s, most: r.d }]));
      expect(asMap).toEqual(wanted);
    }),
    { numRuns: 150 },
  );
});

test('counting, filtering through a parent list and child lists agree', () => {
  fc.assert(
    fc.property(anyWorld, conditions, (world, condition) => {
      const options = { userId: world.org.adminUserId, apiVersion: '66.0' };
      const wanted = matching(world.rows, condition);
      expect(world.org.query(`SELECT COUNT() FROM Contact WHERE ${condition.soql}`, options).totalSize).toBe(
        wanted.length,
      );
      const accounts = world.org
        .query('SELECT Id, (SELECT External_Id__c FROM Contacts) FROM Account', options)
        .read(0, 100);
      const children = accounts.flatMap(
        (a) => (a.Contacts as { records: { External_Id__c: string }[] } | null)?.records ?? [],
      );
      const ofAccounts = world.rows.flatMap((row, i) => (row.account ? [i] : []));
      expect(children.map((c) => Number(c.External_Id__c)).sort((a, b) => a - b)).toEqual(ofAccounts);
    }),
    { numRuns: 100 },
  );
});

import { openEmulatedOrg } from '../../../src/providers/salesforce/emulator/open-org.ts';
import type { EmulatedOrg, QueryOptions } from '../../../src/providers/salesforce/emulator/org.ts';

/** Wednesday noon UTC, four in the morning in the administrator's Los Angeles. */
export const noon = Date.parse('2026-03-04T12:00:00Z');

type Values = Record<string, unknown>;

/** A few rows one can hold in the head: eight accounts, nine contacts, seven deals, some activities. */
export function openFixture(): { org: EmulatedOrg; options: QueryOptions; ids: Map<string, string> } {
  const org = openEmulatedOrg({ path: ':memory:', now: noon, frozenClock: true });
  const ids = new Map<string, string>();
  const insert = (object: string, key: string, stamp: string, values: Values) => {
    const options = { userId: org.adminUserId, changeOrigin: '', stampedAt: Date.parse(stamp) };
    const result = org.commit(options, (transaction) => transaction.insert(object, values));
    if (!result.success) throw new Error(`${key}: ${JSON.stringify(result.errors)}`);
    ids.set(key, result.id);
  };
  const id = (key: string) => ids.get(key);

  insert('Account', 'Acme', '2024-01-15T08:00:00Z', {
    Name: 'Acme',
    Industry: 'Technology',
    AnnualRevenue: 1_000_000,
    NumberOfEmployees: 50,
    Rating: 'Hot',
    Tier__c: 'Gold',
    Regions__c: 'AMER;EMEA',
    BillingCity: 'Berlin',
    BillingLatitude: 52.52,
    BillingLongitude: 13.405,
    ERP_Id__c: 'E-1',
    Description: 'first',
    Phone: '030 123',
  });
  insert('Account', 'bolt', '2024-02-29T23:30:00Z', {
    Name: 'bolt',
    Industry: 'Energy',
    AnnualRevenue: 250_000,
    NumberOfEmployees: 0,
    Rating: 'Cold',
    Tier__c: 'Silver',
    Regions__c: 'EMEA',
    BillingCity: 'Paris',
    BillingLatitude: 48.8566,
    BillingLongitude: 2.3522,
    ERP_Id__c: 'E-2',
  });
  insert('Account', 'Çelik', '2025-03-30T01:30:00Z', {
    Name: 'Çelik',
    Industry: 'Manufacturing',
    AnnualRevenue: 0,
    NumberOfEmployees: 7,
    Rating: 'Warm',
    Regions__c: 'AMER;APAC;LATAM',
    BillingCity: 'Berlin',
    ERP_Id__c: 'E-3',
    Website: 'https://celik.example',
  });
  insert('Account', 'Delta', '2025-12-31T23:59:59Z', {
    Name: 'Delta',
    Industry: 'Technology',
    NumberOfEmployees: 120,
    Tier__c: 'Gold',
    ParentId: id('Acme'),
    ERP_Id__c: 'E-4',
    Phone: '007',
  });
  insert('Account', 'Echo', '2026-01-01T00:00:00Z', {
    Name: 'Echo',
    AnnualRevenue: 9_007_199_254_740_993n,
    ParentId: id('Delta'),
    Rating: 'Hot',
  });
  insert('Account', 'Fox 100%', '2026-02-28T12:00:00Z', {
    Name: 'Fox 100%',
    Industry: 'Energy',
    AnnualRevenue: 1_000_000,
    NumberOfEmployees: 50,
    BillingCity: "O'Hara",
  });
  insert('Account', 'g_h', '2026-03-03T20:00:00Z', {
    Name: 'g_h',
    Industry: 'Technology',
    AnnualRevenue: 10_000_000,
    NumberOfEmployees: 3,
    Rating: 'Cold',
    Regions__c: 'APAC',
    Site: 'back\\slash',
  });
  insert('Account', 'Gone', '2026-03-01T00:00:00Z', { Name: 'Gone', Industry: 'Technology' });
  org.commit({ userId: org.adminUserId, changeOrigin: '' }, (t) => t.delete('Account', id('Gone')!));

  insert('Contact', 'Ada', '2025-01-01T00:00:00Z', {
    FirstName: 'Ada',
    LastName: 'Byron',
    AccountId: id('Acme'),
    Email: 'ada@acme.example',
    Birthdate: '1990-12-10',
    Score__c: 10,
    Language__c: 'English',
    Title: 'CEO',
  });
  insert('Contact', 'Ben', '2025-01-01T00:00:00Z', {
    FirstName: 'Ben',
    LastName: 'cole',
    AccountId: id('Acme'),
    Email: 'ben@acme.example',
    Score__c: -3,
    LeadSource: 'Web',
    ReportsToId: id('Ada'),
  });
  insert('Contact', 'Cem', '2025-06-15T10:00:00Z', {
    FirstName: 'Cem',
    LastName: 'Demir',
    AccountId: id('Çelik'),
    Birthdate: '2000-02-29',
    Score__c: 10,
    LeadSource: 'Phone Inquiry',
  });
  insert('Contact', 'Dora', '2025-06-15T10:00:00Z', {
    FirstName: 'Dora',
    LastName: 'Éclair',
    AccountId: id('bolt'),
    LeadSource: 'Web',
    MailingCity: 'Lyon',
    ReportsToId: id('Ben'),
  });
  insert('Contact', 'Eve', '2026-03-04T07:59:59Z', { LastName: "O'Neil", Score__c: 0, Title: 'say "hi"' });
  insert('Contact', 'Finn', '2026-03-04T08:00:00Z', {
    FirstName: 'Finn',
    LastName: 'Line\nBreak',
    AccountId: id('Delta'),
    Birthdate: '1985-03-04',
  });
  insert('Contact', 'Gil', '2026-03-04T09:00:00Z', { FirstName: 'Gil', LastName: 'Ghost', AccountId: id('Acme') });
  org.commit({ userId: org.adminUserId, changeOrigin: '' }, (t) => t.delete('Contact', id('Gil')!));
  insert('Contact', 'Hana', '2026-03-04T10:00:00Z', {
    FirstName: 'Hana',
    LastName: '花',
    AccountId: id('Echo'),
    Language__c: 'Japanese',
    Score__c: 2.5,
  });

  const deal = (
    key: string,
    account: string | undefined,
    StageName: string,
    Amount: number | null,
    CloseDate: string,
    more: Values = {},
  ) =>
    insert('Opportunity', key, '2026-02-01T00:00:00Z', {
      Name: key,
      AccountId: account && id(account),
      StageName,
      Amount,
      CloseDate,
      ...more,
    });
  deal('deal-1', 'Acme', 'Prospecting', 100, '2026-01-10', { LeadSource: 'Web' });
  deal('deal-2', 'Acme', 'Closed Won', 250.5, '2026-02-10', { LeadSource: 'Web', Type: 'New Customer' });
  deal('deal-3', 'bolt', 'Closed Lost', 50, '2025-12-31');
  deal('deal-4', 'Çelik', 'Prospecting', null, '2026-03-04', { Probability: 35 });
  deal('deal-5', 'Delta', 'Closed Won', 1000, '2026-03-31', { LeadSource: 'Partner Referral', Type: 'New Customer' });
  deal('deal-6', undefined, 'Qualification', 0, '2026-06-30', { LeadSource: 'Web' });
  deal('deal-7', 'Acme', 'Closed Won', 49.5, '2026-04-01');

  insert('Lead', 'lead', '2026-03-01T00:00:00Z', {
    LastName: 'Leadley',
    Company: 'Lead Ltd',
    Status: 'Working - Contacted',
  });
  const task = (key: string, values: Values) =>
    insert('Task', key, '2026-03-02T00:00:00Z', { Subject: key, ...values });
  task('call Ada', { WhoId: id('Ada'), WhatId: id('Acme'), ActivityDate: '2026-03-05', Status: 'Completed' });
  task('mail lead', { WhoId: id('lead'), ActivityDate: '2026-03-04', Priority: 'High' });
  task('push deal', { WhatId: id('deal-2'), ActivityDate: '2026-03-03' });
  task('idle', {});

  const touch = (key: string, values: Values) =>
    insert('Touchpoint__c', key, '2026-03-02T00:00:00Z', { External_Id__c: key, ...values });
  touch('T1', {
    Contact__c: id('Ada'),
    Channel__c: 'Email',
    Topics__c: 'Pricing;Support',
    Occurred_At__c: '2026-03-04T02:00:00Z',
    Best_Time__c: '09:30:00',
    Weight__c: 1.5,
    Place__Latitude__s: 37.79,
    Place__Longitude__s: -122.39,
    Is_Inbound__c: true,
  });
  touch('T2', {
    Contact__c: id('Ada'),
    Channel__c: 'Phone',
    Topics__c: 'Renewal',
    Occurred_At__c: '2026-03-08T10:30:00Z',
    Best_Time__c: '17:00:00',
    Weight__c: 0.25,
  });
  touch('t2', {
    Contact__c: id('Cem'),
    Channel__c: 'Email',
    Occurred_At__c: '2025-11-02T08:30:00Z',
    Follow_Up__c: '2026-03-09',
  });
  return { org, options: { userId: org.adminUserId, apiVersion: '66.0' }, ids };
}

/** A row in a few characters: values in order, `-` for null, parents and lists in brackets. */
export function brief(row: unknown): string {
  if (row === null || row === undefined) return '-';
  if (Array.isArray(row)) return row.map(brief).join(', ');
  if (typeof row !== 'object') return typeof row === 'string' ? row.replaceAll('\n', '\\n') : String(row);
  const values = Object.entries(row as Values).filter(([key]) => key !== 'attributes');
  if ('records' in row) return `[${brief((row as { records: unknown[] }).records)}]`;
  return values
    .map(([, value]) =>
      value !== null && typeof value === 'object' && !('records' in value) ? `(${brief(value)})` : brief(value),
    )
    .join(' ');
}

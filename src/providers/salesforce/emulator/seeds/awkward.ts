import type { Generator } from './generate.ts';

/** Texts that break careless code: each goes to a known contact, from row 2 on. */
export const awkwardTexts: readonly string[] = [
  'He said "hello", twice',
  'two\nlines',
  'O\'Brien, "Bob"; DROP TABLE',
  'comma, semicolon; tab\tpipe| caret^ backquote`',
  '😀 emoji 👩‍👩‍👧',
  'مرحبا بالعالم',
  'שלום עולם',
  '日本語のテキスト',
  'line\u2028separator',
  'back\\slash and %percent_',
  'null',
  'NA',
  '#N/A',
  '=SUM(A1:A9)',
  '0',
  'e\u0301 decomposed',
];

/** Leading zeros, blanks of every kind, the longest text, a number beyond 2^53 and moments around daylight saving. */
export function seedAwkward({ db }: Generator, counts: Record<string, number>): void {
  const contacts = counts.Contact ?? 0;
  const text = db.prepareOnce('UPDATE "Contact" SET "Description" = ?, "Department" = substr(?, 1, 80) WHERE _row = ?');
  for (const [i, value] of awkwardTexts.entries()) if (i + 2 <= contacts) text.run(value, value, i + 2);
  const row = awkwardTexts.length + 2;
  if (contacts < row + 6) return;
  const set = (column: string, value: string | number | bigint | null, at: number) =>
    db.prepareOnce(`UPDATE "Contact" SET "${column}" = ? WHERE _row = ?`).run(value, at);
  set('Phone', '0049 030 000123', row);
  set('Phone', '007', row + 1);
  set('Notes__c', `${'long text with "quotes"\n'.repeat(6000)}`.slice(0, 131_072), row + 2);
  set('Score__c', 9_007_199_254_740_993n, row + 3);
  set('Score__c', 0, row + 4);
  set('LastName', 'Null', row + 5);
  set('Name', 'Ada Null', row + 5);
  set('FirstName', 'Ada', row + 5);
  for (const column of ['Phone', 'MobilePhone', 'Title', 'Department', 'LeadSource', 'Birthdate', 'AccountId']) {
    set(column, null, row + 6);
  }
  const touchpoints = counts.Touchpoint__c ?? 0;
  // Spring forward and fall back, Los Angeles and Berlin.
  for (const [i, moment] of [
    '2024-03-10T10:00:00Z',
    '2024-11-03T09:00:00Z',
    '2024-03-31T01:00:00Z',
    '2024-10-27T01:00:00Z',
  ].entries()) {
    if (i + 1 > touchpoints) break;
    db.prepareOnce('UPDATE "Touchpoint__c" SET "Occurred_At__c" = ?, "Follow_Up__c" = ? WHERE _row = ?').run(
      Date.parse(moment),
      moment.slice(0, 10),
      i + 1,
    );
  }
}

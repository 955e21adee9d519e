import { afterAll, describe, expect, test } from 'vitest';
import { brief, openFixture } from './fixture.ts';

const { org, options } = openFixture();
afterAll(() => org.close());

const search = (sosl: string) =>
  org
    .search(sosl, options)
    .map((row) => brief(row))
    .join(' | ');

describe('search', () => {
  test.each([
    ['FIND {acme} RETURNING Account(Name)', 'Acme'],
    ['FIND {ACME} IN NAME FIELDS RETURNING Account(Name, Industry)', 'Acme Technology'],
    ['FIND {ada*} RETURNING Contact(FirstName), Account(Name)', 'Ada'],
    ['FIND {acme} IN EMAIL FIELDS RETURNING Contact(FirstName ORDER BY FirstName)', ''],
    ['FIND {ada@acme.example} IN EMAIL FIELDS RETURNING Contact(FirstName)', 'Ada'],
    ['FIND {"say hi"} RETURNING Contact(LastName)', ''],
    ['FIND {bolt OR delta} RETURNING Account(Name ORDER BY Name)', 'bolt | Delta'],
    ["FIND {technology} RETURNING Account(Name WHERE Rating = 'Hot')", 'Acme'],
    ['FIND {technology AND NOT delta} RETURNING Account(Name ORDER BY Name LIMIT 1)', 'Acme'],
    ['FIND {technology} RETURNING Account(Name ORDER BY Name) LIMIT 2', 'Acme | Delta'],
    ['FIND {g?h} RETURNING Account(Name)', 'g_h'],
    ['FIND {çelik} RETURNING Account(Name)', 'Çelik'],
    ['FIND {gone} RETURNING Account(Name)', ''],
  ])('%s', (sosl, rows) => {
    expect(search(sosl)).toBe(rows);
  });

  test('without RETURNING gives ids of whatever matches', () => {
    expect(org.search('FIND {bolt}', options)).toEqual([
      {
        attributes: { type: 'Account', url: expect.stringContaining('/services/data/v66.0/sobjects/Account/001') },
        Id: expect.any(String),
      },
    ]);
  });

  test.each([
    ['FIND Acme RETURNING Account', 'No search term found. The search term must be enclosed in braces.'],
    ['Acme', 'No search term found. The search term must be enclosed in braces.'],
    ['FIND {a} RETURNING Account', 'search term must be longer than one character'],
    ['FIND {acme} RETURNING Account(Name', "unexpected token: '<EOF>'"],
    ['FIND {acme} RETURNIN Account', "unexpected token: 'RETURNIN'"],
  ])('%s is refused', (sosl, message) => {
    expect(() => org.search(sosl, options)).toThrow(
      expect.objectContaining({ errorCode: 'MALFORMED_SEARCH', message }),
    );
  });
});

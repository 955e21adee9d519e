import { afterAll, describe, expect, test } from 'vitest';
import { openEmulatedOrg } from '../../../src/providers/salesforce/emulator/open-org.ts';

const org = openEmulatedOrg({ path: ':memory:', now: Date.parse('2026-03-04T12:00:00Z'), frozenClock: true });
const user = { userId: org.adminUserId, changeOrigin: '' };
afterAll(() => org.close());

const insert = (object: string, values: Record<string, unknown>): string => {
  const result = org.commit(user, (t) => t.insert(object, values));
  if (!result.success) throw new Error(JSON.stringify(result.errors));
  return result.id;
};
const account = insert('Account', { Name: 'Acme', Rating: 'Hot', NumberOfEmployees: 7, Regions__c: 'AMER;EMEA' });
const deal = insert('Opportunity', {
  Name: 'Big deal',
  AccountId: account,
  StageName: 'Closed Won',
  Amount: 1234.5,
  CloseDate: '2026-02-27',
});
const bare = insert('Opportunity', { Name: 'bare', StageName: 'Prospecting', CloseDate: '2026-12-31' });

let next = 0;
function evaluate(formula: string, type: string, id: string): unknown {
  next += 1;
  const name = `F${next}__c`;
  org.schema.createField('Opportunity', { name, type, formula });
  return org.retrieve('Opportunity', { id }, [name], { userId: org.adminUserId, apiVersion: '66.0' })[name];
}

describe('the formula', () => {
  test.each([
    ['Amount * 2', 'double', 2469],
    ['Amount / 0', 'double', null],
    ['1 + 2 * 3', 'double', 7],
    ['(1 + 2) * 3', 'double', 9],
    ['7 / 2', 'double', 3.5],
    ['2 ^ 10', 'double', 1024],
    ['-Amount + 1', 'double', -1233.5],
    ['ROUND(Amount / 7, 2)', 'double', 176.36],
    ['FLOOR(Amount)', 'double', 1234],
    ['CEILING(Amount)', 'double', 1235],
    ['MOD(Account.NumberOfEmployees, 4)', 'double', 3],
    ['MAX(1, Account.NumberOfEmployees, 3)', 'double', 7],
    ['ABS(-3)', 'double', 3],
    ['Name & " for " & Account.Name', 'string', 'Big deal for Acme'],
    ['UPPER(LEFT(Name, 3))', 'string', 'BIG'],
    ['RIGHT(Name, 4)', 'string', 'deal'],
    ['MID(Name, 5, 2)', 'string', 'de'],
    ['SUBSTITUTE(Name, "deal", "win")', 'string', 'Big win'],
    ['LEN(Name)', 'double', 8],
    ['IF(Amount > 1000, "large", "small")', 'string', 'large'],
    ['CASE(StageName, "Prospecting", "early", "Closed Won", "done", "?")', 'string', 'done'],
    ['AND(IsWon, Amount > 0)', 'boolean', true],
    ['OR(NOT(IsWon), ISBLANK(Amount))', 'boolean', false],
    ['IsWon && Amount <> 0', 'boolean', true],
    ['ISPICKVAL(Account.Rating, "Hot")', 'boolean', true],
    ['INCLUDES(Account.Regions__c, "EMEA")', 'boolean', true],
    ['CONTAINS(Name, "dea")', 'boolean', true],
    ['BEGINS(Name, "Big")', 'boolean', true],
    ['BLANKVALUE(NextStep, "none")', 'string', 'none'],
    ['YEAR(CloseDate) * 100 + MONTH(CloseDate)', 'double', 202602],
    ['CloseDate + 3', 'date', '2026-03-02'],
    ['TODAY() - CloseDate', 'double', 5],
    ['DATE(2024, 2, 29)', 'date', '2024-02-29'],
    ['DATEVALUE(CreatedDate)', 'date', '2026-03-04'],
    ['CreatedDate + 1', 'datetime', '2026-03-05T12:00:00.000+0000'],
    ['VALUE("12.5") + 1', 'double', 13.5],
    ['TEXT(DAY(CloseDate))', 'string', '27'],
    ['Margin__c + 1', 'double', 247.9],
  ])('%s (%s) is %j', (formula, type, value) => {
    expect(evaluate(formula, type, deal)).toEqual(value);
  });

  test.each([
    ['Amount + 1', 'double', 1],
    ['Account.Name & "!"', 'string', '!'],
    ['ISBLANK(Account.Name)', 'boolean', true],
    ['IF(Amount > 0, 1, 0)', 'double', 0],
    ['Account.Name', 'string', null],
  ])('%s of a row with blanks is %s %j', (formula, type, value) => {
    expect(evaluate(formula, type, bare)).toEqual(value);
  });

  test.each(['1 +', 'FOO(1)', 'Name ? 1', '(1'])('%s is no formula', (formula) => {
    expect(() => org.schema.setValidationRule({ object: 'Opportunity', name: 'bad', formula, message: '' })).toThrow(
      `formula "${formula}"`,
    );
  });

  test('follows its parent without moving the row’s own stamp', () => {
    evaluate('Account.Name', 'string', deal);
    const field = `F${next}__c`;
    const read = () =>
      org.retrieve('Opportunity', { id: deal }, [field, 'SystemModstamp'], {
        userId: org.adminUserId,
        apiVersion: '66.0',
      });
    const before = read();
    org.clock.advance(60_000);
    org.commit(user, (t) => t.update('Account', account, { Name: 'Renamed' }));
    expect(read()).toEqual({ ...before, [field]: 'Renamed' });
  });
});

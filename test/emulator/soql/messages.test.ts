import { afterAll, describe, expect, test } from 'vitest';
import { idOfRow } from '../../../src/providers/salesforce/emulator/ids.ts';
import { openFixture } from './fixture.ts';

const { org, options } = openFixture();
afterAll(() => org.close());

const message = (soql: string): string => {
  try {
    org.query(soql, options);
  } catch (error) {
    return (error as Error).message;
  }
  throw new Error('was not refused');
};
const help = 'Please reference your WSDL or the describe call for the appropriate names.';

describe('the text of a refused query', () => {
  test('shows the line, a caret under the word, row and column, the reason', () => {
    expect(message('SELECT Id, Foo FROM Account')).toBe(
      `\nSELECT Id, Foo FROM Account\n           ^\nERROR at Row:1:Column:12\nNo such column 'Foo' on entity 'Account'. If you are attempting to use a custom field, be sure to append the '__c' after the custom field name. ${help}`,
    );
  });

  test('is clipped around the word', () => {
    expect(message('SELECT Id,Name,BillingCity,IsDeleted FROM Accout')).toBe(
      `\nName,BillingCity,IsDeleted FROM Accout\n                                ^\nERROR at Row:1:Column:43\nsObject type 'Accout' is not supported. If you are attempting to use a custom object, be sure to append the '__c' after the entity name. ${help}`,
    );
  });

  test('counts rows, and shows the line before', () => {
    expect(message('SELECT Id\nFROM Account\nWHERE Foo = 1')).toContain(
      '\nFROM Account\nWHERE Foo = 1\n      ^\nERROR at Row:3:Column:7\n',
    );
  });
});

describe('columns=true', () => {
  const column = (soql: string) => org.describeQuery(soql, options);

  test('tells type and rights of a field as the sf CLI reads them', () => {
    expect(column('SELECT Id FROM Account')).toEqual({
      columnMetadata: [
        {
          aggregate: false,
          apexType: 'Id',
          booleanType: false,
          columnName: 'Id',
          custom: false,
          displayName: 'Id',
          foreignKeyName: null,
          insertable: false,
          joinColumns: [],
          numberType: false,
          textType: false,
          updatable: false,
        },
      ],
      entityName: 'Account',
      groupBy: false,
      idSelected: true,
      keyPrefix: '001',
    });
    expect(column('SELECT name FROM Account').columnMetadata[0]).toMatchObject({
      columnName: 'Name',
      apexType: 'String',
      textType: true,
      insertable: true,
    });
  });

  test('nests parents and child lists in joinColumns', () => {
    const { columnMetadata } = column(
      'SELECT Account.Name, Account.Parent.Name, (SELECT Subject FROM Tasks) FROM Contact',
    );
    expect(columnMetadata).toMatchObject([
      {
        columnName: 'Account',
        aggregate: false,
        joinColumns: [{ columnName: 'Name' }, { columnName: 'Parent', joinColumns: [{ columnName: 'Name' }] }],
      },
      { columnName: 'Tasks', aggregate: true, apexType: null, joinColumns: [{ columnName: 'Subject' }] },
    ]);
  });

  test('numbers aggregates and shows what they are of', () => {
    const { columnMetadata, groupBy } = column(
      'SELECT StageName, avg(Amount), COUNT(Id) n FROM Opportunity GROUP BY StageName',
    );
    expect(groupBy).toBe(true);
    expect(columnMetadata).toMatchObject([
      { columnName: 'StageName', aggregate: false },
      { columnName: 'expr0', displayName: 'avg(Amount)', aggregate: true, numberType: true },
      { columnName: 'n', displayName: 'n', aggregate: true },
    ]);
  });

  test('refuses what the query itself would refuse', () => {
    expect(() => column('SELECT Foo FROM Account')).toThrow("No such column 'Foo'");
    expect(() => column('SELECT Id FROM Account WHERE Foo = 1')).toThrow("No such column 'Foo'");
  });
});

describe('a long statement', () => {
  test('of thousands of alternatives still runs', () => {
    const names = Array.from({ length: 3000 }, (_, i) => `Name = 'n${i}'`);
    const soql = `SELECT Name FROM Account WHERE ${[...names, "Name = 'Acme'"].join(' OR ')}`;
    expect(org.query(soql, options).read(0, 10)).toMatchObject([{ Name: 'Acme' }]);
    const ids = Array.from({ length: 4000 }, (_, i) => `'${idOfRow('001', i + 1)}'`);
    expect(org.query(`SELECT COUNT() FROM Account WHERE Id IN (${ids.join(', ')})`, options).totalSize).toBe(7);
  });

  test('of more than 100,000 characters is too complicated', () => {
    expect(() => org.query(`SELECT Id FROM Account WHERE Name = '${'x'.repeat(100_000)}'`, options)).toThrow(
      expect.objectContaining({ errorCode: 'QUERY_TOO_COMPLICATED' }),
    );
  });
});

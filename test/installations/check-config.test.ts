import { describe, expect, test } from 'vitest';
import { checkConfig } from '../../src/installations/check-config.ts';
import type { InstallationConfig } from '../../src/installations/config.ts';
import { parseConfig } from '../../src/installations/parse-config.ts';
import type { Integration } from '../../src/manifest/manifest.ts';
import type { OrgField, OrgObject, OrgSchema } from '../../src/manifest/org-schema.ts';
import { choice, fixed, readObject } from '../deploy/manifests.ts';

const integration: Integration = {
  name: 'crm',
  provider: 'salesforce',
  read: {
    objects: [
      readObject('account', {
        requiredFields: [fixed('id'), fixed('stagename', 'stage'), choice('sector', 'industry')],
      }),
    ],
  },
  write: { objects: [{ objectName: 'account', inheritMapping: true }] },
  subscribe: {
    objects: [
      {
        objectName: 'account',
        destination: 'crmEvents',
        inheritFieldsAndMapping: true,
        createEvent: true,
        deleteEvent: false,
        otherEvents: [],
      },
    ],
  },
};

const field = (name: string, more: Partial<OrgField> = {}): [string, OrgField] => [
  name.toLowerCase(),
  { name, type: 'string', createable: true, updateable: true, nillable: true, ...more },
];
const org = (more: Partial<OrgObject> = {}): OrgSchema => ({
  label: 'acme',
  objects: new Map([
    [
      'account',
      {
        name: 'Account',
        queryable: true,
        createable: true,
        updateable: true,
        watchable: true,
        fields: new Map([
          field('Id'),
          field('StageName', { type: 'picklist', values: ['Open', 'Closed'] }),
          field('Industry'),
          field('Active', { type: 'boolean' }),
          field('Employees', { type: 'int' }),
          field('BillingAddress', { type: 'address', components: new Map([['city', 'BillingCity']]) }),
        ]),
        relationships: new Map([['owner', ['User']]]),
        ...more,
      },
    ],
  ]),
});

const account = (own: object): InstallationConfig => ({
  provider: 'salesforce',
  read: { objects: { account: { objectName: 'account', ...own } } },
});
const writing = (own: object): InstallationConfig => ({
  provider: 'salesforce',
  write: { objects: { account: { objectName: 'account', ...own } } },
});
const codes = (config: InstallationConfig, schema: OrgSchema | undefined = org(), more = {}) =>
  checkConfig({ integration, config, schema, environment: 'local', ...more }).map(
    ({ severity, code, path }) => `${severity} ${code} ${path}`,
  );

describe('an installation config', () => {
  test('that chooses what there is has nothing wrong', () => {
    expect(
      codes(
        account({
          schedule: '*/10 * * * *',
          selectedFields: { active: true, gone: false },
          selectedFieldMappings: { sector: "$['BillingAddress']['city']" },
          selectedValueMappings: { stage: { open: 'Open', closed: 'Closed' } },
          fieldFilters: [{ fieldName: 'Active', operator: 'eq', value: true }],
        }),
      ),
    ).toEqual([]);
    expect(codes(account({ selectedFieldMappings: { sector: "$['Owner']['Name']" } }))).toEqual([]);
  });

  test('names only objects of the manifest, under their own key', () => {
    const config: InstallationConfig = {
      provider: 'hubspot',
      read: { objects: { acount: { objectName: 'acount' }, account: { objectName: 'lead' } } },
    };
    const findings = checkConfig({ integration, config, environment: 'local' });
    expect(findings.filter(({ code }) => code === 'config-object').map(({ path, hint }) => [path, hint])).toEqual([
      ['$.provider', undefined],
      ['$.read.objects.acount', 'Did you mean "account"?'],
      ['$.read.objects.account', 'Write the same name.'],
    ]);
  });

  test('one object under two spellings is refused: only one of them would hold', () => {
    const twice = { account: { objectName: 'account' }, Account: { objectName: 'Account', disabled: true } };
    expect(codes({ provider: 'salesforce', read: { objects: twice } })).toEqual([
      'error config-object $.read.objects.Account',
    ]);
  });

  test('may keep objects that a later manifest dropped', () => {
    const config: InstallationConfig = { provider: 'salesforce', read: { objects: { lead: { objectName: 'lead' } } } };
    expect(codes(config)).toEqual(['error config-object $.read.objects.lead']);
    expect(codes(config, org(), { previous: config })).toEqual([]);
  });

  test.each([
    ['selectedFields', { selectedFields: { Nope: true } }, '$.read.objects.account.selectedFields.Nope'],
    ['a mapping', { selectedFieldMappings: { sector: 'Nope' } }, '$.read.objects.account.selectedFieldMappings.sector'],
    [
      'a filter',
      { fieldFilters: [{ fieldName: 'Nope', operator: 'eq', value: 1 }] },
      '$.read.objects.account.fieldFilters[0]',
    ],
    [
      'a filter of the backfill',
      { backfill: { fieldFilters: [{ fieldName: "$['Nope']['x']", operator: 'eq', value: 1 }] } },
      '$.read.objects.account.backfill.fieldFilters[0]',
    ],
  ])('%s of a field the org does not show is an error at its place', (_, own, path) => {
    expect(codes(account(own))).toEqual([`error config-field ${path}`]);
    expect(codes(account(own), undefined as never, { schema: undefined })).toEqual([]);
  });

  test.each([
    ['another operator', [{ fieldName: 'Active', operator: 'gt', value: 1 }], 1],
    [
      'two conditions on one field',
      [
        { fieldName: 'Active', operator: 'eq', value: 1 },
        { fieldName: "$['active']", operator: 'eq', value: 2 },
      ],
      1,
    ],
    ['a list as value', [{ fieldName: 'Active', operator: 'eq', value: ['a'] }], 1],
  ])('filters: %s is an error', (_, fieldFilters, count) => {
    expect(codes(account({ fieldFilters })).filter((line) => line.includes('config-filter'))).toHaveLength(count);
  });

  test.each([
    ['none', {}],
    ['two', { stringValue: 'a', booleanValue: true }],
    ['a number in text', { integerValue: '5' }],
    ['text for a checkbox', { stringValue: 'true' }],
  ])('a default with %s is an error', (_, value) => {
    expect(codes(writing({ selectedFieldSettings: { Active: { default: value } } }))).toEqual([
      'error config-default $.write.objects.account.selectedFieldSettings.Active',
    ]);
    expect(codes(writing({ selectedValueDefaults: { Active: { value } } }))).toHaveLength(1);
  });

  test('a default that fits its field is fine, under the mapped name too', () => {
    const settings = { stage: { default: { stringValue: 'Open' } }, Employees: { default: { integerValue: 5 } } };
    expect(codes(writing({ selectedFieldSettings: settings }))).toEqual([]);
  });

  test.each(['* * * * *', '@hourly', '0,5 9 * * *'])('the schedule %s keeps the rules of the manifest', (schedule) => {
    expect(codes(account({ schedule }))).toEqual(['error config-schedule $.read.objects.account.schedule']);
  });

  test('a destination that is not set up is an error', () => {
    expect(codes(account({ destination: 'elsewhere' }), org(), { destinations: ['crmEvents'] })).toEqual([
      'error config-destination $.read.objects.account.destination',
    ]);
  });

  test('ONB-7 a subscription the user has no change events for is named before anything is saved', () => {
    const config: InstallationConfig = {
      provider: 'salesforce',
      subscribe: { objects: { account: { objectName: 'account', inheritFieldsAndMappings: true } } },
    };
    const [finding] = checkConfig({ integration, config, schema: org({ watchable: false }), environment: 'local' });
    expect(finding).toMatchObject({
      code: 'config-subscribe-permission',
      hint: expect.stringContaining('View All Records on Account'),
    });
    expect(codes(config)).toEqual([]);
  });

  test('the longer spelling of one public page is pointed out, as is the missing s', () => {
    const { findings } = parseConfig({
      provider: 'salesforce',
      read: { objects: { account: { objectName: 'account', selectedFieldsMappings: {} } } },
      subscribe: {
        objects: { account: { objectName: 'account', inheritFieldsAndMapping: true, inheritFieldsAndMappings: true } },
      },
    });
    expect(findings.map(({ severity, path }) => `${severity} ${path}`)).toEqual([
      'warning $.read.objects.account.selectedFieldsMappings',
      'warning $.subscribe.objects.account.inheritFieldsAndMapping',
    ]);
  });
});

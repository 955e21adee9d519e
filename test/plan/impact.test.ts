import { describe, expect, test } from 'vitest';
import type { PlannedInstallation } from '../../src/environments/environment.ts';
import type { InstallationConfig, ReadObjectConfig } from '../../src/installations/config.ts';
import type { Integration, Manifest } from '../../src/manifest/manifest.ts';
import type { OrgSchema } from '../../src/manifest/org-schema.ts';
import { diffManifests } from '../../src/plan/diff.ts';
import { planChanges } from '../../src/plan/impact.ts';
import type { Plan } from '../../src/plan/plan.ts';
import { choice, fixed, manifestOf, readObject } from '../deploy/manifests.ts';

/** Change → what it says, as `level path (groups)`. */
function planned(
  before: Manifest | undefined,
  after: Manifest,
  groups: Record<string, InstallationConfig> = {},
  more: { limit?: number; schema?: OrgSchema; orgs?: ReadonlyMap<string, OrgSchema | undefined> } = {},
): string[] {
  const installations = Object.entries(groups).map(
    ([groupRef, config]): PlannedInstallation => ({
      id: `ins_${groupRef}`,
      integration: 'crm',
      groupRef,
      groupName: groupRef,
      orgId: groupRef,
      config,
      effective: before?.integrations.find(({ name }) => name === 'crm'),
    }),
  );
  const plan = planChanges(diffManifests(before, after), {
    before,
    after,
    installations,
    ...(more.limit && { apiLimitOf: () => ({ used: 1, max: more.limit! }) }),
    schema: more.schema,
    orgs: more.orgs,
  });
  return said(plan);
}

function said(plan: Plan): string[] {
  return plan.changes.flatMap(({ path, impact }) =>
    impact.map(({ level, message, installations }) => {
      const who = installations ? ` (${installations.map(({ groupRef }) => groupRef).join(', ')})` : '';
      return `${level} ${path}${who}: ${message}`;
    }),
  );
}

const reading = (objects: Record<string, Partial<ReadObjectConfig>>): InstallationConfig => ({
  provider: 'salesforce',
  read: {
    objects: Object.fromEntries(Object.entries(objects).map(([name, own]) => [name, { objectName: name, ...own }])),
  },
});
const account = (more = {}) => readObject('account', more);
const crmWith = (more: Partial<Integration>): Manifest => ({
  specVersion: '1.0.0',
  integrations: [{ name: 'crm', provider: 'salesforce', read: { objects: [account()] }, ...more }],
});
const acme = { acme: reading({ account: {} }) };

describe('what a change does to customers', () => {
  test('removing a read object breaks those who read it, and nobody else', () => {
    const before = manifestOf(account(), readObject('lead'));
    expect(
      planned(before, manifestOf(account()), {
        acme: reading({ account: {}, lead: {} }),
        quiet: reading({ account: {} }),
        off: reading({ lead: { disabled: true } }),
      }),
    ).toEqual([expect.stringMatching(/^breaking crm\.read\.lead \(acme\): No longer read/)]);
    expect(planned(before, manifestOf(account()))).toEqual([expect.stringMatching(/^notice crm\.read\.lead:/)]);
  });

  test('a new required mapping without default names the groups that must act', () => {
    const after = manifestOf(account({ requiredFields: [fixed('id'), choice('sector')] }));
    const groups = {
      acme: reading({ account: {} }),
      chose: reading({ account: { selectedFieldMappings: { sector: 'Type' } } }),
    };
    expect(planned(manifestOf(account()), after, groups)).toEqual([
      expect.stringMatching(/^breaking crm\.read\.account\.mappings\.sector \(acme\): Required and without a default/),
      expect.stringMatching(/^safe crm\.read\.account\.mappings\.sector \(chose\)/),
    ]);
  });

  test('a new mapping with a default is safe', () => {
    const after = manifestOf(account({ requiredFields: [fixed('id'), choice('sector', 'industry')] }));
    expect(planned(manifestOf(account()), after, acme)).toEqual([
      'safe crm.read.account.mappings.sector (acme): In the messages from the next run, from industry unless they chose otherwise.',
    ]);
  });

  test('a faster schedule says what it costs each org a day, of what it has', () => {
    const lines = planned(
      manifestOf(account()),
      manifestOf(account({ schedule: '*/10 * * * *' })),
      {
        acme: reading({ account: {} }),
        own: reading({ account: { schedule: '0 * * * *' } }),
      },
      { limit: 15_000 },
    );
    expect(lines).toEqual([
      "notice crm.read.account.schedule (acme): 96 more runs a day: at least 288 more API calls a day in each org, up to 1.9 % of acme's 15,000.",
    ]);
  });

  test('a slower schedule delays, a removed one breaks', () => {
    expect(planned(manifestOf(account()), manifestOf(account({ schedule: '0 * * * *' })), acme)).toEqual([
      'notice crm.read.account.schedule (acme): Data arrive later: 24 runs a day instead of 48.',
    ]);
    const { schedule: _, ...unscheduled } = account();
    expect(planned(manifestOf(account()), manifestOf(unscheduled), acme)).toEqual([
      expect.stringMatching(/^breaking crm\.read\.account\.schedule \(acme\)/),
    ]);
  });

  test('a wider backfill does not run again, a narrower one is for those to come', () => {
    const days = (n: number) => manifestOf(account({ backfill: { days: n } }));
    expect(planned(days(30), days(90), acme)).toEqual([
      expect.stringMatching(/^notice crm\.read\.account\.backfill \(acme\): History already read is not read again/),
    ]);
    expect(planned(days(90), days(30), acme)).toEqual([expect.stringMatching(/^safe/)]);
    expect(planned(days(90), manifestOf(account({ backfill: { fullHistory: true } })), acme)[0]).toMatch(/^notice/);
  });

  test('a mapped name that changes breaks the payload, recognised as a rename', () => {
    const before = manifestOf(account({ requiredFields: [fixed('industry', 'sector')] }));
    const after = manifestOf(account({ requiredFields: [fixed('industry', 'branch')] }));
    expect(planned(before, after, acme)).toEqual([
      'breaking crm.read.account.mappings.branch (acme): Messages say branch instead of sector.',
    ]);
  });

  test('a choice outlives its mapping, and the plan says so', () => {
    const before = manifestOf(account({ requiredFields: [fixed('id'), choice('sector', 'industry')] }));
    const groups = {
      acme: reading({ account: {} }),
      chose: reading({ account: { selectedFieldMappings: { sector: 'Type' } } }),
    };
    expect(planned(before, manifestOf(account()), groups)).toEqual([
      'breaking crm.read.account.mappings.sector (acme): sector leaves the messages.',
      'notice crm.read.account.mappings.sector (chose): sector stays in their messages: they chose a source for it themselves.',
    ]);
    const renamed = manifestOf(account({ requiredFields: [fixed('id'), choice('branch', 'industry')] }));
    expect(planned(before, renamed, groups)).toEqual([
      'breaking crm.read.account.mappings.branch (acme): Messages say branch instead of sector.',
      'notice crm.read.account.mappings.branch (chose): Messages say branch, too; sector stays: they chose a source for it themselves.',
    ]);
  });

  test('a choice that becomes fixed asks nobody, a fixed source that is left to customers moves to the default', () => {
    const open = manifestOf(account({ requiredFields: [fixed('id'), choice('sector', 'type')] }));
    const bare = manifestOf(account({ requiredFields: [fixed('id'), choice('sector')] }));
    const closed = manifestOf(account({ requiredFields: [fixed('id'), fixed('industry', 'sector')] }));
    const groups = {
      acme: reading({ account: {} }),
      chose: reading({ account: { selectedFieldMappings: { sector: 'Rating' } } }),
    };
    expect(planned(open, closed, groups)).toEqual([
      'safe crm.read.account.mappings.sector.default: The source is fixed now: nobody chooses.',
      "notice crm.read.account.mappings.sector.source (acme, chose): The value comes from industry instead of the customer's choice.",
    ]);
    expect(planned(closed, open, groups)).toEqual([
      'notice crm.read.account.mappings.sector.default (acme): Where nothing else was chosen the value comes from type.',
      'notice crm.read.account.mappings.sector.source (chose): The value comes from their choice instead of industry.',
      'notice crm.read.account.mappings.sector.source (acme): The value comes from type instead of industry.',
    ]);
    expect(planned(closed, bare, groups)).toEqual([
      expect.stringMatching(
        /^breaking crm\.read\.account\.mappings\.sector\.source \(acme\): Required and without a default/,
      ),
      'notice crm.read.account.mappings.sector.source (chose): The value comes from their choice instead of industry.',
    ]);
  });

  test('names that writes use, too, say so', () => {
    const writing = (...fields: ReturnType<typeof fixed>[]) =>
      crmWith({
        read: { objects: [account({ requiredFields: [fixed('id'), ...fields] })] },
        write: { objects: [{ objectName: 'account', inheritMapping: true }] },
      });
    const before = writing(fixed('industry', 'sector'));
    expect(planned(before, writing(fixed('industry', 'branch')), acme)).toEqual([
      'breaking crm.read.account.mappings.branch (acme): Messages and writes say branch instead of sector.',
    ]);
    expect(planned(before, writing(), acme)).toEqual([
      'breaking crm.read.account.mappings.sector (acme): sector leaves the messages, and writes no longer know it.',
    ]);
  });

  test('two mappings of one source that both change are no rename: it could be either', () => {
    const before = manifestOf(account({ requiredFields: [fixed('industry', 'a'), fixed('industry', 'b')] }));
    const after = manifestOf(account({ requiredFields: [fixed('industry', 'c'), fixed('industry', 'd')] }));
    const actions = diffManifests(before, after).map(({ action }) => action);
    expect(actions.sort()).toEqual(['create', 'create', 'delete', 'delete']);
  });

  test('a field that becomes optional leaves the messages of those who did not pick it', () => {
    const before = manifestOf(account({ requiredFields: [fixed('id'), fixed('phone')] }));
    const after = manifestOf(account({ requiredFields: [fixed('id')], optionalFields: [fixed('Phone')] }));
    expect(
      planned(before, after, {
        acme: reading({ account: {} }),
        picked: reading({ account: { selectedFields: { Phone: true } } }),
      }),
    ).toEqual([expect.stringMatching(/^breaking crm\.read\.account\.fields\.phone\.required \(acme\)/)]);
  });

  test('a mapping that becomes optional stays where its source is chosen or preset', () => {
    const required = (entry: Parameters<typeof account>[0]) => manifestOf(account(entry));
    const groups = {
      acme: reading({ account: {} }),
      chose: reading({ account: { selectedFieldMappings: { sector: 'Type' } } }),
    };
    const becomesOptional = (preset?: string) =>
      planned(
        required({ requiredFields: [fixed('id'), choice('sector', preset)] }),
        required({ requiredFields: [fixed('id')], optionalFields: [choice('sector', preset)] }),
        groups,
      );
    expect(becomesOptional()).toEqual([
      expect.stringMatching(/^breaking crm\.read\.account\.mappings\.sector\.required \(acme\)/),
    ]);
    expect(becomesOptional('industry')).toEqual([expect.stringMatching(/^notice .*\.required:/)]);
  });

  test('a destination that changes is told to those who did not set their own', () => {
    expect(
      planned(manifestOf(account()), manifestOf(account({ destination: 'other' })), {
        ...acme,
        own: reading({ account: { destination: 'mine' } }),
      }),
    ).toEqual(['notice crm.read.account.destination (acme): From the next run messages go to other.']);
  });

  test('a narrower watch list loses events, a wider one adds some', () => {
    const subscribe = (watch: 'all' | string[]): Manifest =>
      crmWith({
        subscribe: {
          objects: [
            {
              objectName: 'account',
              destination: 'crmEvents',
              inheritFieldsAndMapping: true,
              createEvent: false,
              deleteEvent: false,
              updateEvent: { watch },
              otherEvents: [],
            },
          ],
        },
      });
    const groups = {
      acme: {
        ...reading({ account: {} }),
        subscribe: { objects: { account: { objectName: 'account', inheritFieldsAndMappings: true } } },
      },
    };
    expect(planned(subscribe(['name', 'phone']), subscribe(['name']), groups)).toEqual([
      'breaking crm.subscribe.account.updateEvent (acme): Updates of phone alone are no events any more.',
    ]);
    expect(planned(subscribe(['name']), subscribe(['name', 'phone']), groups)[0]).toMatch(/^notice/);
    expect(planned(subscribe('all'), subscribe(['name']), groups)[0]).toMatch(/^breaking/);
  });

  test('loosened guards are noticed: defaults for any field, the proxy', () => {
    const write = (allowAnyFields: boolean) =>
      crmWith({
        write: { objects: [{ objectName: 'account', inheritMapping: true, valueDefaults: { allowAnyFields } }] },
      });
    expect(planned(write(false), write(true), acme)).toEqual([
      'notice crm.write.account.allowAnyFields: A guard is loosened: customers may set a default for any field.',
    ]);
    const proxy = crmWith({ proxy: { enabled: true, useModule: false } });
    expect(planned(crmWith({}), proxy, acme)[0]).toMatch(/^notice crm\.proxy \(acme\): A guard is loosened/);
    expect(planned(proxy, crmWith({}), acme)).toEqual(['breaking crm.proxy (acme): Proxy calls are refused.']);
  });

  test('labels and prompts are safe', () => {
    const label = (displayName: string) => crmWith({ displayName });
    expect(planned(label('CRM'), label('Sales'), acme)).toEqual(['safe crm.displayName: A label; no data changes.']);
  });

  describe('with an org at hand', () => {
    const field = (name: string) =>
      [name.toLowerCase(), { name, type: 'string', createable: true, updateable: true, nillable: true }] as const;
    const object = { name: 'Account', queryable: true, createable: true, updateable: true, watchable: true };
    const orgWith = (label: string, ...fields: string[]): OrgSchema => ({
      label,
      objects: new Map([['account', { ...object, fields: new Map(fields.map(field)) }]]),
    });
    const after = manifestOf(account({ requiredFields: [fixed('id'), fixed('Name'), fixed('Tier__c', 'tier')] }));

    test('fields it lacks are named', () => {
      const schema = orgWith('acme-prod', 'Id', 'Name');
      expect(planned(manifestOf(account()), after, {}, { schema })).toContain(
        'notice crm.read.account.mappings.tier: acme-prod has no tier__c on Account, or hides it from its user.',
      );
      expect(planned(undefined, after, {}, { schema })[1]).toContain('acme-prod has no Tier__c on Account');
    });

    const three = { acme: reading({ account: {} }), basin: reading({ account: {} }), cobalt: reading({ account: {} }) };
    const orgs = new Map<string, OrgSchema | undefined>([
      ['acme', orgWith('acme', 'Id', 'Name', 'Tier__c')],
      ['basin', orgWith('basin', 'Id', 'Name')],
      ['cobalt', undefined],
    ]);

    test('each customer is held against their own org, and one that could not be asked is named', () => {
      const said = planned(manifestOf(account()), after, three, { orgs });
      expect(said).toContain(
        'breaking crm.read.account.mappings.tier (basin): Their org has no Tier__c on account, or hides it: their next read fails.',
      );
      expect(said).toContain(
        'notice crm.read.account.mappings.tier (cobalt): Their org could not be asked whether it has tier__c on account.',
      );
    });

    test('an optional field, a default that a customer replaced and a changed label concern nobody', () => {
      const optional = manifestOf(account({ optionalFields: [fixed('Tier__c')] }));
      expect(planned(manifestOf(account()), optional, three, { orgs })).toEqual([
        'safe crm.read.account.fields.tier__c: Customers may pick it.',
      ]);
      const preset = manifestOf(account({ requiredFields: [fixed('id'), choice('tier', 'Tier__c')] }));
      const own = { basin: reading({ account: { selectedFieldMappings: { tier: 'Name' } } }) };
      const said = planned(manifestOf(account()), preset, own, { orgs });
      expect(said.filter((line) => line.includes('Their org'))).toEqual([]);
    });

    test('a watched field that a customer lacks is noticed', () => {
      const watching = (watch: string[]) =>
        crmWith({
          read: { objects: [account()] },
          subscribe: {
            objects: [
              {
                objectName: 'account',
                destination: 'crmEvents',
                inheritFieldsAndMapping: true,
                createEvent: false,
                deleteEvent: false,
                updateEvent: { watch },
                otherEvents: [],
              },
            ],
          },
        });
      const subscribed = {
        basin: {
          ...reading({ account: {} }),
          subscribe: { objects: { account: { objectName: 'account', inheritFieldsAndMappings: true } } },
        },
      };
      expect(planned(watching(['Name']), watching(['Name', 'Tier__c']), subscribed, { orgs })).toContain(
        'notice crm.subscribe.account.updateEvent (basin): Their org has no Tier__c on account, or hides it: it never triggers an event there.',
      );
    });
  });
});

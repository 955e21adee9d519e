import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { openInstallOrg } from '../../src/commands/open-install-org.ts';
import { loadConfig } from '../../src/config/load-config.ts';
import { chooseConfig } from '../../src/environments/local/choose-config.ts';
import type { InstallOrg } from '../../src/environments/local/install-org.ts';
import { applyChoices } from '../../src/installations/apply-choices.ts';
import type { InstallationConfig } from '../../src/installations/config.ts';
import type { InstallationRecord } from '../../src/installations/installation.ts';
import { systemClock } from '../../src/platform/clock.ts';
import { type RunningEmulator, startEmulator } from '../../src/providers/salesforce/index.ts';
import { crm, type LocalAmp, lead, localAmp } from '../deploy/local-amp.ts';
import { choice, fixed, integrationOf, readObject } from '../deploy/manifests.ts';
import { scriptedPrompt } from '../installations/scripted-prompt.ts';

let emulator: RunningEmulator;
let home: string;
let amp: LocalAmp;

const accountWith = (...entries: string[]) =>
  `{objectName: account, destination: crmEvents, schedule: "*/30 * * * *", requiredFields: [{fieldName: id}, ${entries.join(', ')}], optionalFields: [{fieldName: website}, {fieldName: phone, mapToName: tel}]}`;
const sector = '{mapToName: sector, mapToDisplayName: Sector, default: Industry}';

beforeAll(async () => {
  emulator = await startEmulator();
  emulator.org.schema.createObject({ name: 'Touchpoint__c', fields: [{ name: 'Score__c', type: 'number' }] });
  const signedIn = localAmp(crm(lead));
  home = signedIn.home;
  const login = await signedIn.amp(['org', 'login', '--emulator', '--alias', 'acme'], {
    env: { AMP_EMULATOR_URL: emulator.url },
  });
  expect(login.code).toBe(0);
});

afterAll(() => emulator.stop());

beforeEach(async () => {
  amp = localAmp(crm(lead), home);
  await amp.json(['destinations', 'add', 'crmEvents', '--folder', join(amp.dir, 'out')]);
});

async function deploy(...objects: string[]): Promise<void> {
  amp.write(crm(...objects));
  await amp.json(['deploy', '--yes']);
}

const installed = (...flags: string[]) =>
  amp.json<{ installation: InstallationRecord; warnings: object[]; sampled: string[] }>([
    'install',
    'crm',
    '--group',
    'quayline',
    '--org',
    'acme',
    ...flags,
  ]);
const refused = async (code: string, ...flags: string[]) => {
  const result = await amp.amp(['install', 'crm', '--group', 'quayline', '--org', 'acme', ...flags]);
  expect([result.code, result.stderr]).toEqual([1, expect.stringContaining(code)]);
  expect(await amp.json(['installations'])).toEqual({ installations: [] });
  return result.stderr.replaceAll(/\s+/g, ' ');
};
function configFile(config: unknown): string {
  const path = join(amp.dir, 'config.json');
  // With a byte order mark, as some editors save it.
  writeFileSync(path, `\ufeff${JSON.stringify(config)}`);
  return path;
}
const readConfig = (account: object) => ({
  provider: 'salesforce',
  read: { objects: { account: { objectName: 'account', ...account } } },
});

describe('choosing', () => {
  const integration = integrationOf(
    'crm',
    readObject('account', {
      requiredFields: [fixed('id'), choice('sector', 'industry')],
      optionalFields: [choice('note')],
    }),
  );
  let org: InstallOrg;

  beforeEach(async () => {
    const output = { warning() {}, debug() {} };
    const world = {
      config: loadConfig({}, amp.env, amp.dir),
      clock: systemClock,
      output,
      signal: new AbortController().signal,
    };
    org = await openInstallOrg(world as never, 'acme');
  });

  const choose = (prompt: ReturnType<typeof scriptedPrompt>, flags = {}) =>
    chooseConfig(integration, org, { cwd: amp.dir, prompt, output: { warning() {} } }, flags);

  test('ONB-1 one Enter accepts every suggestion, and what was accepted is the config', async () => {
    const prompt = scriptedPrompt([true]);
    const config = await choose(prompt);
    expect(prompt.asked).toEqual(['Accept sector = Industry?']);
    expect(config.read?.objects.account).toEqual({
      objectName: 'account',
      selectedFieldMappings: { sector: 'Industry' },
    });
  });

  test('ONB-1 who wants to choose gets the likeliest fields first, the default preselected', async () => {
    const prompt = scriptedPrompt([false, 'Type', '(leave it unset)']);
    const config = await choose(prompt);
    expect(prompt.choices[0]!.values[0]).toBe('Industry');
    expect(prompt.choices[0]!.preset).toBe('Industry');
    expect(prompt.choices[0]!.values.length).toBeGreaterThan(5);
    expect(config.read?.objects.account?.selectedFieldMappings).toEqual({ sector: 'Type' });
  });

  test('ONB-2 a required mapping cannot be left unset, an optional one can', async () => {
    const prompt = scriptedPrompt([false, 'Type', '(leave it unset)']);
    await choose(prompt);
    expect(prompt.choices[0]!.values).not.toContain('(leave it unset)');
    expect(prompt.choices[1]!.values).toContain('(leave it unset)');
  });

  test('ONB-3 a default the org lacks is asked for', async () => {
    const odd = integrationOf('crm', readObject('account', { requiredFields: [choice('sector', 'Missing__c')] }));
    const prompt = scriptedPrompt(['Industry']);
    const config = await chooseConfig(odd, org, { cwd: amp.dir, prompt, output: { warning() {} } }, {});
    expect(prompt.asked).toEqual(['Which field of account is sector?']);
    expect(config.read?.objects.account?.selectedFieldMappings).toEqual({ sector: 'Industry' });
  });

  test('ONB-4 ONB-14 answers, flags, --yes and a file give the same config', async () => {
    const answered = await choose(scriptedPrompt([true]));
    const silent = scriptedPrompt([], false);
    expect(await choose(silent, { map: ['sector=Industry'] })).toEqual(answered);
    expect(await choose(silent, { yes: true })).toEqual(answered);
    expect(await choose(silent, { config: configFile(answered) })).toEqual(answered);
    expect(await choose(silent, { config: configFile({ config: { content: answered } }) })).toEqual(answered);
  });
});

describe('installing', () => {
  test('ONB-2 a required mapping without a choice or default is refused', async () => {
    await deploy(accountWith('{mapToName: sector}'));
    expect(await refused('config-required-mapping')).toContain('--map sector=<Field>');
    expect((await installed('--map', 'sector=Type')).installation.status).toBe('active');
  });

  test('ONB-3 a default the org lacks is refused headless, naming the flag', async () => {
    await deploy(accountWith('{mapToName: sector, default: Tier}'));
    const stderr = await refused('config-field');
    expect(stderr).toContain('Account has no field "Tier"');
    expect(stderr).toContain('--map sector=<Field>');
    expect(stderr).toContain('field-level security');
  });

  test('ONB-14 --map and --field equal the entries of a config file', async () => {
    await deploy(accountWith(sector));
    const { installation } = await installed('--map', 'account:sector=Type', '--field', 'Website');
    const fromFlags = installation.config.read?.objects.account;
    expect(fromFlags).toEqual({
      objectName: 'account',
      selectedFieldMappings: { sector: 'Type' },
      selectedFields: { Website: true },
    });
    await amp.json(['installations', 'remove', 'quayline', '--yes', '--keep-org']);
    const again = await installed('--config', configFile(readConfig(fromFlags!)));
    expect(again.installation.config.read?.objects.account).toEqual(fromFlags);
    expect(again.sampled).toEqual(['account']);
  });

  test('ONB-14 a field goes to the objects that have it, not to every one that offers all', async () => {
    const everything = (name: string) =>
      `{objectName: ${name}, destination: crmEvents, schedule: "*/30 * * * *", optionalFieldsAuto: all}`;
    await deploy(everything('account'), everything('contact'));
    const { installation } = await installed('--field', 'Website', '--field', 'website', '--field', 'phone');
    expect(installation.config.read?.objects).toEqual({
      account: { objectName: 'account', selectedFields: { Website: true, phone: true } },
      contact: { objectName: 'contact', selectedFields: { phone: true } },
    });
    const update = (...args: string[]) => amp.amp(['installations', 'update', 'quayline', ...args]);
    const refusal = async (...args: string[]) => (await update(...args)).stderr.replaceAll(/\s+/g, ' ');
    expect(await refusal('--field', 'Websit')).toContain('no object of "crm" lists it or has it in acme');
    expect(await refusal('--field', 'Websit')).toContain('Did you mean Website?');
    expect(await refusal('--field', 'acount:phone')).toContain('Did you mean account?');
  });

  test('ONB-14 a choice does not add an object that the config leaves out', async () => {
    const all = { requiredFields: [fixed('id')], optionalFieldsAuto: 'all' as const };
    const integration = integrationOf('crm', readObject('account', all), readObject('contact', all));
    const config = { provider: 'salesforce', read: { objects: { account: { objectName: 'account' } } } };
    expect(applyChoices(integration, config, { field: ['Phone'] }).read?.objects).toEqual({
      account: { objectName: 'account', selectedFields: { Phone: true } },
    });
    expect(Object.keys(applyChoices(integration, config, { field: ['contact:Phone'] }).read?.objects ?? {})).toEqual([
      'account',
      'contact',
    ]);
    const optional = readObject('contact', { requiredFields: [fixed('id')], optionalFields: [fixed('title')] });
    const choose = () =>
      applyChoices(integrationOf('crm', readObject('account'), optional), config, { field: ['title'] });
    expect(choose).toThrow('Only objects the config leaves out offer it: contact.');
  });

  test('ONB-14 a choice nobody offers is a wrong command line', async () => {
    await deploy(accountWith(sector));
    const { code, stderr } = await amp.amp(['install', 'crm', '-g', 'quayline', '-o', 'acme', '--map', 'sectr=Type']);
    expect([code, stderr]).toEqual([64, expect.stringContaining('Did you mean sector?')]);
  });

  test('ONB-12 dynamic mappings are optional, and a choice for one is a mapping like any other', async () => {
    await deploy(accountWith(sector));
    const dynamicMappingsInput = [{ mapToName: 'region', prompt: 'Which field is the region?' }];
    await installed('--config', configFile(readConfig({ dynamicMappingsInput })));
    await amp.json(['installations', 'update', 'quayline', '--map', 'region=BillingState']);
    const shown = await amp.json<InstallationRecord & { permissions: { fields: string[] }[] }>([
      'installations',
      'show',
      'quayline',
    ]);
    expect(shown.config.read?.objects.account?.selectedFieldMappings).toEqual({ region: 'BillingState' });
    expect(shown.permissions[0]!.fields).toContain('BillingState');
  });

  test('ONB-13 a value mapping that is not one to one is refused; an unknown value is a warning', async () => {
    await deploy(accountWith(sector));
    const twice = { sector: { a: 'Banking', b: 'Banking' } };
    expect(
      await refused('config-value-mapping', '--config', configFile(readConfig({ selectedValueMappings: twice }))),
    ).toContain('"a" and "b" of sector both stand for "Banking"');
    const odd = { sector: { a: 'Banking', b: 'Nonsense' } };
    const { warnings } = await installed('--config', configFile(readConfig({ selectedValueMappings: odd })));
    expect(warnings).toMatchObject([{ code: 'config-value-mapping', message: expect.stringContaining('Nonsense') }]);
  });

  test('ONB-15 fields of custom objects are offered like standard ones', async () => {
    const touchpoint =
      '{objectName: touchpoint__c, destination: crmEvents, schedule: "0 * * * *", requiredFields: [{fieldName: id}, {mapToName: score}]}';
    await deploy(touchpoint);
    const { installation, sampled } = await installed('--map', 'score=Score__c');
    expect([installation.status, sampled]).toEqual(['active', ['touchpoint__c']]);
  });

  test('ONB-16 quota optimisation is refused with its reason', async () => {
    await deploy(accountWith(sector));
    amp.write(`${crm(accountWith(sector))}    subscribe:
      objects:
        - {objectName: account, destination: crmEvents, inheritFieldsAndMapping: true, updateEvent: {enabled: always, watchFieldsAuto: all}}
`);
    await amp.json(['deploy', '--yes']);
    const config = (updateEvent: object): InstallationConfig => ({
      provider: 'salesforce',
      subscribe: {
        objects: {
          account: {
            objectName: 'account',
            inheritFieldsAndMappings: true,
            updateEvent: { enabled: 'always', ...updateEvent },
            providerOptions: { quotaOptimization: { enabled: true } },
          },
        },
      },
    });
    const because = (updateEvent: object) =>
      refused('config-quota-optimization', '--config', configFile(config(updateEvent)));
    expect(await because({ watchFieldsAuto: 'all' })).toContain('every field is watched');
    expect(await because({})).toContain('names of the fields');
    expect(await because({ requiredWatchFields: ['Name'] })).toContain('hosted platform only');
  });

  test('ONB-6 the rights an installation needs are exact objects, fields and actions', async () => {
    await deploy(accountWith(sector));
    await installed('--field', 'Website');
    const { permissions } = await amp.json<{ permissions: object[] }>(['installations', 'show', 'quayline']);
    expect(permissions).toEqual([
      {
        objectName: 'account',
        read: true,
        create: false,
        edit: false,
        delete: false,
        viewAll: false,
        fields: ['Industry', 'Website', 'id'],
      },
    ]);
  });

  test('ONB-7 events that would not come are named with the reason, and the project is told', async () => {
    amp.write(`specVersion: 1.0.0
integrations:
  - name: crm
    provider: salesforce
    read: {objects: [${accountWith(sector)}]}
    subscribe:
      objects:
        - {objectName: account, destination: crmEvents, inheritFieldsAndMapping: true, createEvent: {enabled: always}}
`);
    await amp.json(['deploy', '--yes']);
    await amp.json([
      'notifications',
      'routes',
      'add',
      'subscribe.create.error',
      '--topic',
      'trouble',
      '--destination',
      'crmEvents',
    ]);
    const { warnings } = await installed();
    expect(warnings).toMatchObject([
      { code: 'subscribe-refused', message: 'Account is not selected for change events in this org.' },
    ]);
    await amp.json(['installations', 'remove', 'quayline', '--yes', '--keep-org']);
    emulator.world.events.members.add(
      {
        fullName: 'ChangeEvents_AccountChangeEvent',
        eventChannel: 'ChangeEvents',
        selectedEntity: 'AccountChangeEvent',
        enrichedFields: [],
        filterExpression: null,
      },
      '0v8000000000001AAA',
    );
    const fault = emulator.faults.add({ name: 'event-permission' });
    const again = await installed();
    expect(again.warnings).toMatchObject([
      {
        code: 'subscribe-refused',
        message: expect.stringContaining('without View All Data permissions'),
        hint: expect.stringContaining('View All on Account'),
      },
    ]);
    emulator.faults.remove(fault.id);
    const told = await amp.json<{ notifications: { type: string }[] }>(['notifications', 'list']);
    expect(told.notifications.filter(({ type }) => type === 'subscribe.create.error').length).toBeGreaterThan(0);
    await amp.json(['installations', 'remove', 'quayline', '--yes', '--keep-org']);
    expect((await installed()).warnings).toEqual([]);
  });

  test('a misprint in a config is a warning, a wrong type an error, both with their place', async () => {
    await deploy(accountWith(sector));
    const { stderr } = await amp.amp([
      'install',
      'crm',
      '-g',
      'a',
      '-o',
      'acme',
      '--config',
      configFile(readConfig({ selectedFieldsMappings: {} })),
    ]);
    expect(stderr).toContain('selectedFieldMappings');
    await amp.json(['installations', 'remove', 'a', '--yes', '--keep-org']);
    expect(
      await refused(
        'installation-config-invalid',
        '--config',
        configFile(readConfig({ selectedFields: { Name: 'yes' } })),
      ),
    ).toContain('true or false is expected');
  });
});

describe('the sample read', () => {
  const industry = `${accountWith('{mapToName: sector, default: Industry}')}`;

  test('a request the org calls wrong refuses the installation and names object and both causes', async () => {
    await deploy(industry);
    emulator.faults.add({
      match: { path: '/query' },
      effect: {
        kind: 'answer',
        status: 400,
        contentType: 'application/json',
        body: JSON.stringify([
          { errorCode: 'INVALID_FIELD', message: "No such column 'Industry' on entity 'Account'" },
        ]),
      },
    });
    const stderr = await refused('installation-sample-failed');
    expect(stderr).toContain('account');
    expect(stderr).toContain('Industry');
    expect(stderr).toContain('field-level security');
  });

  test('an org that refuses the API altogether does not keep anybody from installing, and says that nothing was tried', async () => {
    await deploy(industry);
    const fault = emulator.faults.add({ name: 'api-disabled', match: { path: '/query' } });
    const result = await amp.amp(['install', 'crm', '--group', 'quayline', '--org', 'acme', '--json']);
    emulator.faults.remove(fault.id);
    expect(result.code).toBe(0);
    expect(JSON.parse(result.stdout)).toMatchObject({ sampled: [], untried: [{ objectName: 'account' }] });
  });

  test('an update tries out what changed, and everything again when the connection changed', async () => {
    await deploy(industry, lead);
    expect((await installed()).sampled).toEqual(['account', 'lead']);
    const changed = await amp.json<{ sampled: string[] }>([
      'installations',
      'update',
      'quayline',
      '--map',
      'sector=Type',
    ]);
    expect(changed.sampled).toEqual(['account']);
    const renamed = await amp.json<{ sampled: string[] }>(['installations', 'update', 'quayline', '--group-name', 'Q']);
    expect(renamed.sampled).toEqual([]);
  });
});

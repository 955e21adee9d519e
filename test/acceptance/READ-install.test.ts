import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { InstallationRecord } from '../../src/installations/installation.ts';
import { openEmulatedOrg } from '../../src/providers/salesforce/emulator/open-org.ts';
import { type RunningEmulator, startEmulator } from '../../src/providers/salesforce/emulator/start.ts';
import { account, crm, type LocalAmp, lead, localAmp } from '../deploy/local-amp.ts';

let emulator: RunningEmulator;
let other: RunningEmulator;
let home: string;
let amp: LocalAmp;

interface Installed {
  installation: InstallationRecord;
  sampled: string[];
  untried: { objectName: string; reason: string }[];
}

const withTier =
  '{objectName: account, destination: crmEvents, schedule: "*/30 * * * *", requiredFields: [{fieldName: id}, {fieldName: Tier__c, mapToName: tier}]}';

beforeAll(async () => {
  const open = (orgNumber: number) => openEmulatedOrg({ path: ':memory:', seed: 'crm', orgNumber });
  [emulator, other] = [await startEmulator({ org: open(1) }), await startEmulator({ org: open(2) })];
  const signedIn = localAmp(crm(account));
  home = signedIn.home;
  for (const [alias, org] of Object.entries({ acme: emulator, second: other })) {
    for (const name of ['Tier__c', 'Gone__c']) org.org.schema.createField('Account', { name, type: 'string' });
    const env = { AMP_EMULATOR_URL: org.url };
    const login = await signedIn.amp(['org', 'login', '--emulator', '--alias', alias], { env });
    expect(login.code).toBe(0);
  }
});
afterAll(() => Promise.all([emulator.stop(), other.stop()]));
afterEach(() => emulator.faults.clear());

beforeEach(async () => {
  amp = localAmp(crm(account), home);
  await amp.json(['destinations', 'add', 'crmEvents', '--folder', join(amp.dir, 'out')]);
});

async function deploy(...objects: string[]): Promise<void> {
  amp.write(crm(...objects));
  await amp.json(['deploy', '--yes']);
}
const install = ['install', 'crm', '--group', 'quayline', '--org', 'acme'];
const showTier = (isVisible: boolean) =>
  emulator.org.schema.setFieldAccess('Account', 'Tier__c', emulator.userId, {
    readable: isVisible,
    editable: isVisible,
  });

describe('installing with a look at the org', () => {
  test('READ-26 a field hidden by field-level security refuses the installation, which --skip-sampling saves', async () => {
    await deploy(withTier);
    showTier(false);
    const refused = await amp.amp(install);
    expect(refused.code).toBe(1);
    const said = refused.stderr.replaceAll(/\s+/g, ' ');
    expect(said).toContain('Tier__c');
    expect(said).toMatch(/account/i);
    expect(said).toMatch(/field-level security/);
    expect(said).toMatch(/name is wrong|deleted/);
    expect(await amp.json(['installations'])).toEqual({ installations: [] });

    const { installation, sampled } = await amp.json<Installed>([...install, '--skip-sampling']);
    expect(sampled).toEqual([]);
    expect(await amp.json(['installations'])).toMatchObject({ installations: [{ id: installation.id }] });
    showTier(true);
  }, 60_000);

  test.each([
    [401, 'INVALID_SESSION_ID'],
    [429, 'REQUEST_LIMIT_EXCEEDED'],
    [503, 'SERVER_UNAVAILABLE'],
  ])(
    'READ-27 an org that answers the sample read with %i does not keep anybody from installing',
    async (status, errorCode) => {
      await deploy(account);
      const body = JSON.stringify([{ errorCode, message: 'not now' }]);
      emulator.faults.add({
        match: { path: '/query' },
        effect: { kind: 'answer', status, contentType: 'application/json', body },
        count: 0,
      });
      const { installation, sampled, untried } = await amp.json<Installed>(install);
      expect([sampled, untried.map(({ objectName }) => objectName)]).toEqual([[], ['account']]);
      expect(await amp.json(['installations'])).toMatchObject({ installations: [{ id: installation.id }] });
    },
    60_000,
  );

  test('READ-28 an update samples the object that changed; after a change of the connection all scheduled ones', async () => {
    const unscheduled = '{objectName: contact, destination: crmEvents, requiredFields: [{fieldName: id}]}';
    const chosen =
      '{objectName: account, destination: crmEvents, schedule: "*/30 * * * *", requiredFields: [{fieldName: id}, {mapToName: sector, default: Industry}]}';
    await deploy(chosen, lead, unscheduled);
    expect((await amp.json<Installed>(install)).sampled).toEqual(['account', 'lead']);
    const update = (...flags: string[]) => amp.json<Installed>(['installations', 'update', 'quayline', ...flags]);
    expect((await update('--map', 'sector=Type')).sampled).toEqual(['account']);
    expect((await update('--group-name', 'Quayline')).sampled).toEqual([]);
    expect((await update('--org', 'second')).sampled).toEqual(['account', 'lead']);
  }, 60_000);

  test('READ-40 a required field deleted in the org is named with mapping and object, and the installation needs action', async () => {
    await deploy(withTier.replaceAll('Tier__c', 'Gone__c'));
    const { installation } = await amp.json<Installed>(install);
    emulator.org.schema.deleteField('Account', 'Gone__c');
    const read = await amp.amp(['read', 'account', '--group', 'quayline', '--scheduled', '--deliver']);
    expect(read.code).toBe(1);
    expect(read.stderr.replaceAll(/\s+/g, ' ')).toMatch(/Account.*Gone__c.*"tier"/);
    const shown = await amp.json<{ installation: InstallationRecord }>(['installations', 'show', installation.id]);
    expect(JSON.stringify(shown)).toContain('"action_needed"');
    expect((await amp.amp(['installations'])).stdout).toContain('action needed');
    emulator.org.schema.createField('Account', { name: 'Gone__c', type: 'string' });
  }, 60_000);

  test('a field that is shown again needs no action any more, and a failed read never lets a paused installation go on', async () => {
    await deploy(withTier, lead);
    const { installation } = await amp.json<Installed>(install);
    const statusOf = async () => {
      const shown = await amp.json<InstallationRecord>(['installations', 'show', installation.id]);
      return shown.status;
    };
    const read = async (object: string) =>
      (await amp.amp(['read', object, '--group', 'quayline', '--scheduled', '--deliver'])).code;
    showTier(false);
    expect([await read('account'), await statusOf()]).toEqual([1, 'action_needed']);
    expect([await read('lead'), await statusOf()]).toEqual([0, 'action_needed']);
    showTier(true);
    expect([await read('account'), await statusOf()]).toEqual([0, 'active']);
    await amp.json(['installations', 'pause', 'quayline']);
    showTier(false);
    expect([await read('account'), await statusOf()]).toEqual([1, 'paused']);
    showTier(true);
  }, 60_000);
});

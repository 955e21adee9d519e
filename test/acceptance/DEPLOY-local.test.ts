import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { InstallationRecord } from '../../src/installations/installation.ts';
import { type RunningEmulator, startEmulator } from '../../src/providers/salesforce/index.ts';
import { openState } from '../../src/store/state.ts';
import { account, crm, type LocalAmp, lead, localAmp } from '../deploy/local-amp.ts';

let emulator: RunningEmulator;
let home: string;
let amp: LocalAmp;

beforeAll(async () => {
  emulator = await startEmulator();
  const signedIn = localAmp(crm(account));
  home = signedIn.home;
  const login = await signedIn.amp(['org', 'login', '--emulator', '--alias', 'acme'], {
    env: { AMP_EMULATOR_URL: emulator.url },
  });
  expect(login.code).toBe(0);
});

afterAll(() => emulator.stop());

beforeEach(async () => {
  amp = localAmp(crm(account, lead), home);
  await amp.json(['destinations', 'add', 'crmEvents', '--folder', join(amp.dir, 'out')]);
});

const deploy = async (text: string, ...flags: string[]) => {
  amp.write(text);
  return amp.json<{ changed: boolean; revision?: { id: string; number: number }; actionNeeded: unknown[] }>([
    'deploy',
    ...flags,
  ]);
};
const install = (group: string, ...flags: string[]) =>
  amp.json<{ installation: InstallationRecord }>(['install', 'crm', '--group', group, '--org', 'acme', ...flags]);
const installation = (group: string) => amp.json<InstallationRecord>(['installations', 'show', group]);

/** The stored watermark of the customer's lead reads. */
async function watermarkOfLead(): Promise<unknown> {
  const state = openState(join(amp.dir, '.amp'));
  try {
    return state.db.prepare("SELECT scope, stamp_ms FROM watermarks WHERE lower(object) = 'lead'").get();
  } finally {
    state.close();
  }
}

const withMapping = (entry: string) => account.replace('{fieldName: name}', `{fieldName: name}, ${entry}`);

describe('diff', () => {
  test('DEPLOY-1 an unchanged manifest has no changes, with --exit-code too', async () => {
    await deploy(crm(account, lead), '--yes');
    const plain = await amp.amp(['diff']);
    expect([plain.code, plain.stdout]).toEqual([0, 'No changes against revision 1.\n']);
    expect((await amp.amp(['diff', '--exit-code'])).code).toBe(0);
  });

  test('DEPLOY-2 changes are listed in an order of names, whatever the file order, and exit with 2', async () => {
    await deploy(crm(account, lead), '--yes');
    const faster = account.replace('*/30', '*/15');
    const task = lead.replace('lead', 'task');
    amp.write(crm(task, faster));
    const first = await amp.amp(['diff', '--exit-code', '--json']);
    amp.write(crm(faster, task));
    const second = await amp.amp(['diff', '--exit-code', '--json']);
    expect([first.code, second.code]).toEqual([2, 2]);
    const paths = (stdout: string) =>
      (JSON.parse(stdout) as { changes: { path: string }[] }).changes.map(({ path }) => path);
    expect(paths(first.stdout)).toEqual(['crm.read.account.schedule', 'crm.read.lead', 'crm.read.task']);
    expect(paths(second.stdout)).toEqual(paths(first.stdout));
  });

  test('DEPLOY-3 reordered keys, comments and an empty schedule are no change', async () => {
    const silent = '{objectName: task, destination: crmEvents, requiredFields: [{fieldName: id}]}';
    await deploy(crm(account, silent), '--yes');
    amp.write(
      `# moved\n${crm(
        '{requiredFields: [{fieldName: id}], schedule: "", destination: crmEvents, objectName: task} # later',
        account.replace(
          'requiredFields: [{fieldName: id}, {fieldName: name}]',
          'requiredFields: [{fieldName: name}, {fieldName: id}]',
        ),
      )}`,
    );
    expect((await amp.amp(['diff', '--exit-code'])).code).toBe(0);
  });

  test('nothing is written by looking: diff makes no state folder', async () => {
    const fresh = localAmp(crm(account), home);
    expect((await fresh.amp(['diff', '--exit-code'])).code).toBe(2);
    expect(() => readFileSync(join(fresh.dir, '.amp/state.db'))).toThrow();
  });
});

describe('deploy', () => {
  test('DEPLOY-4 a removed object that somebody uses needs a decision: exit 64, the flag named, nothing changed', async () => {
    await deploy(crm(account, lead), '--yes');
    await install('quayline');
    amp.write(crm(account));
    const { code, stdout, stderr } = await amp.amp(['deploy']);
    expect([code, stdout]).toEqual([64, '']);
    expect(stderr).toContain('--on-removed');
    expect(await amp.json(['revisions'])).toMatchObject({ revisions: [{ number: 1 }] });
  });

  test('DEPLOY-5 stop ends the reads of a removed object, keep lets them go on; the choices stay either way', async () => {
    await deploy(crm(account, lead), '--yes');
    await install('quayline');
    const readLead = async () =>
      (await amp.amp(['read', 'lead', '--group', 'quayline', '--scheduled', '--deliver'])).code;
    expect(await readLead()).toBe(0);
    const checkpoint = await watermarkOfLead();
    expect(checkpoint).toBeDefined();
    await deploy(crm(account), '--on-removed', 'stop');
    expect(await readLead()).not.toBe(0);
    expect(await watermarkOfLead()).toEqual(checkpoint);
    expect(await installation('quayline')).toMatchObject({
      revision: 2,
      keptObjects: [],
      permissions: [{ objectName: 'account' }],
    });
    await deploy(crm(account, lead));
    await deploy(crm(account), '--on-removed', 'keep');
    expect(await readLead()).toBe(0);
    expect(await installation('quayline')).toMatchObject({
      revision: 4,
      keptObjects: [{ objectName: 'lead', revision: 3 }],
      permissions: [{ objectName: 'account' }, { objectName: 'lead' }],
    });
  });

  test('DEPLOY-6 a deploy prints a new revision id; the same content again makes none', async () => {
    const first = await deploy(crm(account, lead), '--yes', '--message', 'First');
    expect(first.revision).toMatchObject({ number: 1, id: expect.stringMatching(/^rev_1_/) });
    expect(await deploy(crm(lead, account))).toMatchObject({ changed: false });
    const { revisions } = await amp.json<{ revisions: object[] }>(['revisions']);
    expect(revisions).toEqual([expect.objectContaining({ number: 1, author: 'ada', message: 'First', current: true })]);
  });

  test('DEPLOY-7 a new mapping with a default reaches those without a choice; a choice is kept', async () => {
    await deploy(crm(account, lead), '--yes');
    await install('plain');
    await deploy(crm(withMapping('{mapToName: sector, default: industry}')), '--yes');
    await install('chooser', '--map', 'sector=Type');
    await deploy(crm(withMapping('{mapToName: sector, default: rating}')), '--yes');
    const plain = await installation('plain');
    const chooser = await installation('chooser');
    expect([plain.status, plain.revision, chooser.revision]).toEqual(['active', 3, 3]);
    expect(plain).toMatchObject({ permissions: [{ fields: ['id', 'name', 'rating'] }, { objectName: 'lead' }] });
    expect(chooser).toMatchObject({ permissions: [{ fields: ['Type', 'id', 'name'] }] });
  });

  test('DEPLOY-8 a new required mapping without default: action needed, and the old set keeps running', async () => {
    await deploy(crm(account, lead), '--yes');
    await install('quayline');
    const result = await deploy(crm(withMapping('{mapToName: sector}'), lead), '--yes');
    expect(result.actionNeeded).toMatchObject([
      { groupRef: 'quayline', reason: 'Choose a field for sector of account.' },
    ]);
    expect(await installation('quayline')).toMatchObject({
      status: 'action_needed',
      revision: 1,
      permissions: [{ fields: ['id', 'name'] }, { objectName: 'lead' }],
    });
    await amp.json(['installations', 'update', 'quayline', '--map', 'sector=Industry']);
    expect(await installation('quayline')).toMatchObject({ status: 'active', revision: 2 });
  });

  test('DEPLOY-10 a saved plan is refused once something else was deployed, or the file changed', async () => {
    await deploy(crm(account, lead), '--yes');
    amp.write(crm(account.replace('*/30', '*/15'), lead));
    await amp.json(['diff', '--out', 'plan.json']);
    const plan = readFileSync(join(amp.dir, 'plan.json'), 'utf8');
    expect(JSON.parse(plan)).toMatchObject({ version: 1, against: 'revision 1' });

    amp.write(`${readFileSync(join(amp.dir, 'amp.yaml'), 'utf8')}# edited\n`);
    expect((await amp.amp(['deploy', '--plan', 'plan.json'])).stderr).toContain('deploy-manifest-changed');
    amp.write(crm(account.replace('*/30', '*/15'), lead));
    expect((await amp.amp(['deploy', '--plan', 'plan.json'])).code).toBe(0);
    const again = await amp.amp(['deploy', '--plan', 'plan.json']);
    expect([again.code, again.stderr]).toEqual([1, expect.stringContaining('deploy-base-moved')]);
    writeFileSync(join(amp.dir, 'plan.json'), plan.replace('"version": 1', '"version": 9'));
    expect((await amp.amp(['deploy', '--plan', 'plan.json'])).stderr).toContain('deploy-plan-invalid');
  });

  test('DEPLOY-10 a plan of one project is refused in another', async () => {
    await amp.json(['diff', '--out', 'plan.json']);
    const other = localAmp(crm(account, lead), home);
    await other.json(['destinations', 'add', 'crmEvents', '--folder', 'out']);
    const { stderr } = await other.amp(['deploy', '--plan', join(amp.dir, 'plan.json')]);
    expect(stderr).toContain('deploy-base-moved');
  });

  test('DEPLOY-11 MAN-50 an invalid manifest, or a destination that is not there, is refused before anything', async () => {
    amp.write(crm(account.replace('*/30 * * * *', 'often')));
    expect((await amp.amp(['deploy', '--yes'])).code).toBe(1);
    amp.write(crm(account.replace('crmEvents', 'elsewhere'), lead));
    const { code, stderr } = await amp.amp(['deploy', '--yes']);
    expect(code).toBe(1);
    expect(stderr).toContain('elsewhere');
    expect(await amp.json(['revisions'])).toEqual({ revisions: [] });
  });

  test('of two deploys at once one wins and the other is told', async () => {
    amp.write(crm(account, lead));
    const results = await Promise.all([
      amp.amp(['deploy', '--yes']),
      amp.amp(['deploy', '--yes']),
      amp.amp(['deploy', '--yes']),
    ]);
    for (const { code, stderr } of results) {
      // Who comes after the winner has nothing to deploy; who comes while it works is told.
      if (code !== 0) expect([code, stderr]).toEqual([1, expect.stringContaining('deploy-in-progress')]);
    }
    expect(results.some(({ code }) => code === 0)).toBe(true);
    expect(await amp.json(['revisions'])).toMatchObject({ revisions: [{ number: 1 }] });
  });

  test('DEPLOY-36 a rollback makes a new revision of the old content, and the diff to it is empty', async () => {
    await deploy(crm(account, lead), '--yes');
    await deploy(crm(account), '--yes');
    const rolled = await amp.json<{ revision: { number: number } }>(['rollback', '1', '--yes']);
    expect(rolled.revision.number).toBe(3);
    amp.write(crm(account, lead));
    expect((await amp.amp(['diff', '--exit-code'])).code).toBe(0);
    expect(await amp.json(['revisions', 'show', '3'])).toMatchObject({ rollbackOf: 1, current: true });
    const shown = await amp.amp(['revisions', 'show', '1', '--manifest']);
    expect(shown.stdout).toBe(crm(account, lead));
    expect((await amp.amp(['rollback', '9'])).code).toBe(1);
  });
});

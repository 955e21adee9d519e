import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type RunningEmulator, startEmulator } from '../../src/providers/salesforce/index.ts';
import { account, crm, type LocalAmp, lead, localAmp } from '../deploy/local-amp.ts';

let emulator: RunningEmulator;
let amp: LocalAmp;

beforeAll(async () => {
  emulator = await startEmulator();
  amp = localAmp(crm(account, lead));
  git('init', '--quiet', '--initial-branch', 'main');
});
afterAll(() => emulator.stop());

function git(...args: string[]): string {
  const who = ['-c', 'user.name=Ada', '-c', 'user.email=ada@example.com'];
  return execFileSync('git', [...who, ...args], { cwd: amp.dir, encoding: 'utf8', env: { ...amp.env } }).trim();
}

test('a manifest lives in a git repository: planned on a branch, deployed, rolled back, and a removal stops CI', async () => {
  await amp.amp(['org', 'login', '--emulator', '--alias', 'acme'], { env: { AMP_EMULATOR_URL: emulator.url } });
  await amp.json(['destinations', 'add', 'crmEvents', '--folder', join(amp.dir, '../out')]);
  await amp.json(['deploy', '--yes', '--message', 'First']);
  await amp.json(['install', 'crm', '-g', 'quayline', '--group-name', 'Quayline', '-o', 'acme']);
  git('add', '-A');
  git('commit', '--quiet', '-m', 'First');
  // The state holds customers' records and is nobody's to commit.
  expect(git('ls-files')).toBe('amp.yaml');

  git('checkout', '--quiet', '-b', 'faster');
  const faster = crm(
    account.replace('*/30', '*/10').replace('{fieldName: name}', '{fieldName: name}, {fieldName: Website}'),
    lead,
  );
  amp.write(faster);
  const planned = await amp.amp(['diff', '--exit-code']);
  expect(planned.code).toBe(2);
  expect(planned.stdout).toContain('read.account.schedule');
  expect(planned.stdout).toMatch(/\*\/30 \* \* \* \* → \*\/10 \* \* \* \*/);
  expect(planned.stdout).toContain('Quayline');
  expect(planned.stdout).toContain('against revision 1');
  for (const line of planned.stdout.split('\n')) expect(line.length).toBeLessThanOrEqual(80);

  git('commit', '--quiet', '-am', 'Read accounts every ten minutes');
  const { revision } = await amp.json<{ revision: { number: number } }>([
    'deploy',
    '--yes',
    '-m',
    git('log', '-1', '--format=%s'),
  ]);
  expect(revision.number).toBe(2);
  expect((await amp.amp(['diff', '--exit-code'])).code).toBe(0);
  const { revisions } = await amp.json<{ revisions: { number: number; message: string }[] }>(['revisions']);
  expect(revisions.map(({ number, message }) => [number, message])).toContainEqual([
    2,
    'Read accounts every ten minutes',
  ]);

  expect(await amp.json(['rollback', '1', '--yes'])).toMatchObject({ changed: true, revision: { number: 3 } });
  git('checkout', '--quiet', 'main');
  expect((await amp.amp(['diff', '--exit-code'])).code).toBe(0);

  git('checkout', '--quiet', '-b', 'no-leads');
  amp.write(crm(account));
  git('commit', '--quiet', '-am', 'Leads are not read any more');
  const inCi = { env: { CI: 'true' } };
  const refused = await amp.amp(['deploy'], inCi);
  expect([refused.code, refused.stdout]).toEqual([64, '']);
  expect(refused.stderr.replaceAll(/\s+/g, ' ')).toMatch(/crm\.read\.lead .*--on-removed keep .*--on-removed stop/);
  expect((await amp.json<{ revisions: object[] }>(['revisions'])).revisions).toHaveLength(3);
  const accepted = await amp.amp(['deploy', '--on-removed', 'stop', '--json'], inCi);
  expect([accepted.code, JSON.parse(accepted.stdout).revision.number]).toEqual([0, 4]);
  expect((await amp.amp(['read', 'lead', '--group', 'quayline'])).code).not.toBe(0);
  expect(git('status', '--porcelain')).toBe('');
});

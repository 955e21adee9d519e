import { mkdtempSync, readFileSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { isolatedEnvironment, runAmp } from '../cli/run-amp.ts';
import { password, type StrictOrg, startStrictOrg, username } from './strict-org.ts';

let org: StrictOrg;
beforeAll(async () => {
  org = await startStrictOrg();
});
afterAll(() => org.close());

function newUser(): Record<string, string> {
  const home = mkdtempSync(join(tmpdir(), 'amp-user-'));
  return {
    ...isolatedEnvironment(home),
    AMP_CREDENTIAL_STORE: 'file',
    AMP_CREDENTIAL_PASSPHRASE: 'open sesame',
    AMP_EMULATOR_URL: org.url,
  };
}

test('signing in to the emulator, looking, and signing out again', async () => {
  const env = newUser();
  const login = await runAmp(['org', 'login', '--emulator', '--alias', 'demo'], { env });
  expect(login).toMatchObject({ code: 0 });
  expect(login.stdout).toContain('Signed in to Acme as Olga Ops');
  expect(login.stdout).toContain('18 of 15,000 used in 24 hours');

  const list = await runAmp(['org', 'list', '--json'], { env });
  expect(JSON.parse(list.stdout)).toMatchObject({
    orgs: [{ alias: 'demo', orgName: 'Acme', apiVersion: '66.0', status: 'connected', default: true }],
  });
  expect(list.stdout).not.toContain('TEST');

  const show = await runAmp(['org', 'show', '--json'], { env });
  expect(show.stdout).not.toContain('TEST');
  expect(JSON.parse(show.stdout).accessTokenFingerprint).toMatch(/^sha256:[0-9a-f]{12}$/);
  const revealed = await runAmp(['org', 'show', '--json', '--reveal'], { env });
  expect(JSON.parse(revealed.stdout).accessToken).toContain('TEST');

  const file = join(env.AMP_CONFIG_DIR!, 'orgs.json');
  expect(statSync(file).mode & 0o777).toBe(0o600);
  expect(readFileSync(file, 'utf8')).not.toContain('TEST');

  const before = org.counts.revoke ?? 0;
  const logout = await runAmp(['org', 'logout', 'demo'], { env });
  expect(logout).toMatchObject({ code: 0 });
  expect(org.counts.revoke).toBe(before + 1);
  expect((await runAmp(['org', 'show', 'demo'], { env })).code).toBe(4);
});

test('the password flow works and warns that it is legacy', async () => {
  const env = newUser();
  const result = await runAmp(
    [
      'org',
      'login',
      '--flow',
      'password',
      '--instance-url',
      org.url,
      '--client-id',
      org.clientId,
      '--client-secret',
      '-',
      '--username',
      username,
      '--password',
      '-',
    ],
    { env, input: `${org.clientSecret}\n${password}\n` },
  );
  expect(result).toMatchObject({ code: 0 });
  expect(result.stderr).toContain('legacy');
});

test('without any org a command ends with 4 and the way on', async () => {
  const result = await runAmp(['org', 'show'], { env: newUser() });
  expect(result.code).toBe(4);
  expect(result.stderr).toContain('amp org login');
});

test('without a keychain and without a choice nothing is saved', async () => {
  const env = newUser();
  const result = await runAmp(['org', 'login', '--emulator'], {
    env: { ...env, AMP_CREDENTIAL_STORE: '', AMP_CREDENTIAL_PASSPHRASE: '' },
  });
  expect(result.code).toBe(4);
  expect(result.stderr).toContain('AMP_CREDENTIAL_STORE=file');
  expect((await runAmp(['org', 'list', '--json'], { env })).stdout).toContain('"orgs": []');
});

test('a sign-in from the environment works and is written nowhere', async () => {
  const env: Record<string, string> = {
    ...isolatedEnvironment(),
    AMP_ORG_INSTANCE_URL: org.url,
    AMP_ORG_CLIENT_ID: org.clientId,
    AMP_ORG_CLIENT_SECRET: org.clientSecret,
  };
  const result = await runAmp(['org', 'limits', '--json'], { env });
  expect(result).toMatchObject({ code: 0, stderr: '' });
  expect(() => statSync(env.AMP_CONFIG_DIR!)).toThrow();
});

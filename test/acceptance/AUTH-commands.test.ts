import { spawn } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openEmulatedOrg } from '../../src/providers/salesforce/emulator/open-org.ts';
import { type RunningEmulator, startEmulator } from '../../src/providers/salesforce/emulator/start.ts';
import { disguises, filesUnder, searchFiles } from '../auth/canary-search.ts';
import { newUser } from '../auth/login-process.ts';
import { runAmp } from '../cli/run-amp.ts';

const canary = 'AMPCANARY7f3a9c1e';
const key = generateKeyPairSync('rsa', { modulusLength: 2048 });
const pem = key.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();

let emulator: RunningEmulator;
beforeAll(async () => {
  emulator = await startEmulator({
    org: openEmulatedOrg({ path: ':memory:', seed: 'crm', records: { Account: 20, Contact: 20 } }),
    rotation: 'strict',
    secretPrefix: canary,
    jwtPublicKey: key.publicKey.export({ type: 'spki', format: 'pem' }).toString(),
  });
});
afterAll(() => emulator.stop());

const user = (more: Record<string, string> = {}): Record<string, string> => ({
  ...newUser(),
  AMP_EMULATOR_URL: emulator.url,
  ...more,
});

function keyFile(text = pem, mode = 0o600): string {
  const path = join(mkdtempSync(join(tmpdir(), 'amp-key-')), 'amp.key');
  writeFileSync(path, text, { mode });
  return path;
}

const jwtLogin = (file: string) => [
  ...['org', 'login', '--flow', 'jwt', '--instance-url', emulator.url, '--client-id', emulator.clientId],
  ...['--username', emulator.username, '--jwt-key-file', file, '--alias', 'acme'],
];

describe('signing in', () => {
  test('AUTH-16 JWT bearer works, gives no refresh token and is minted again when the session ends', async () => {
    const env = user();
    expect(await runAmp(jwtLogin(keyFile()), { env })).toMatchObject({ code: 0 });
    emulator.world.sessions.end(() => true);
    expect(await runAmp(['org', 'limits', 'acme'], { env })).toMatchObject({ code: 0 });
    expect(emulator.world.grants.list()).toEqual([]);
  });

  test('AUTH-16 AUTH-22 a wrong audience has its own remedy', async () => {
    emulator.faults.add({ name: 'audience-invalid' });
    const result = await runAmp(jwtLogin(keyFile()), { env: user() });
    emulator.faults.clear();
    expect(result.code).toBe(4);
    expect(result.stderr).toContain('--sandbox');
  });

  test('AUTH-17 an EC key, a short one and a group-readable file are refused before anything is sent', async () => {
    const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ type: 'pkcs8', format: 'pem' });
    const short = generateKeyPairSync('rsa', { modulusLength: 1024 }).privateKey.export({
      type: 'pkcs8',
      format: 'pem',
    });
    const calls = emulator.world.usage.total;
    for (const [text, mode, words] of [
      [ec, 0o600, 'RSA only'],
      [short, 0o600, '1024 bits'],
      [pem, 0o640, 'chmod 600'],
    ] as const) {
      const result = await runAmp(jwtLogin(keyFile(text.toString(), mode)), { env: user() });
      expect(result.code).not.toBe(0);
      expect(result.stderr).toContain(words);
    }
    expect(emulator.world.usage.total).toBe(calls);
  });

  test('AUTH-18 client credentials sign in without a user and use the answered instance_url', async () => {
    const result = await runAmp(['org', 'login', '--emulator', '--json'], { env: user() });
    expect(JSON.parse(result.stdout)).toMatchObject({
      flow: 'client-credentials',
      instanceUrl: emulator.url,
      username: emulator.username,
      orgId: emulator.orgId,
      default: true,
    });
  });

  test('AUTH-19 the password flow works and warns that it is legacy', async () => {
    const result = await runAmp(
      [
        'org',
        'login',
        '--flow',
        'password',
        '--instance-url',
        emulator.url,
        '--client-id',
        emulator.clientId,
        '--username',
        emulator.username,
        '--client-secret',
        '-',
        '--password',
        '-',
      ],
      { env: user(), input: `${emulator.clientSecret}\n${emulator.password}${emulator.securityToken}\n` },
    );
    expect(result).toMatchObject({ code: 0, stderr: expect.stringContaining('legacy') });
  });

  test('AUTH-20 the device flow is refused with the reason and an alternative', async () => {
    const result = await runAmp(['org', 'login', '--flow', 'device', '--client-id', 'x'], { env: user() });
    expect(result.code).toBe(64);
    expect(result.stderr).toMatch(/September 2025[\s\S]*--flow jwt/);
  });

  test('an access token comes from stdin or the environment and needs to know where it is valid', async () => {
    const { accessToken } = emulator.signIn();
    const env = user();
    const args = ['org', 'login', '--flow', 'access-token', '--instance-url', emulator.url];
    expect(await runAmp(args, { env, input: `${accessToken}\n` })).toMatchObject({ code: 0 });
    expect(await runAmp(args, { env, input: '00D000000000000!nonsense\n' })).toMatchObject({ code: 4 });
    expect(await runAmp(['org', 'login', '--flow', 'access-token'], { env, input: `${accessToken}\n` })).toMatchObject({
      code: 64,
    });
  });

  test.each([
    ['invalid_client_id', ['--client-id', 'nobody'], 'org-app-unknown'],
    ['invalid_client', ['--client-id', `${canary}-client`], 'org-app-secret'],
  ])('AUTH-22 %s has its own code', async (_, args, code) => {
    const result = await runAmp(
      ['org', 'login', '--flow', 'client-credentials', '--instance-url', emulator.url, '--client-secret', '-', ...args],
      { env: user(), input: 'wrong\n' },
    );
    expect(result.code).toBe(4);
    expect(result.stderr).toContain(code);
  });

  test.each(['--client-secret', '--password'])('AUTH-25 %s takes no value in the command line', async (flag) => {
    const result = await runAmp(['org', 'login', '--flow', 'password', flag, 'hunter2-secret', '--client-id', 'x'], {
      env: user(),
    });
    expect(result.code).toBe(64);
    expect(result.stderr).toContain('every user of this computer');
    expect(result.stderr + result.stdout).not.toContain('hunter2');
  });

  test('AUTH-25 stdin, file and AMP_ variables are taken', async () => {
    const env = { ...user(), AMP_ORG_CLIENT_ID: emulator.clientId, AMP_ORG_CLIENT_SECRET: emulator.clientSecret };
    expect(
      await runAmp(['org', 'login', '--flow', 'client-credentials', '--instance-url', emulator.url], { env }),
    ).toMatchObject({ code: 0 });
    const jwt = {
      ...user(),
      AMP_ORG_JWT_KEY: Buffer.from(pem).toString('base64'),
      AMP_ORG_CLIENT_ID: emulator.clientId,
      AMP_ORG_USERNAME: emulator.username,
      AMP_ORG_INSTANCE_URL: emulator.url,
    };
    expect(await runAmp(['org', 'login', '--flow', 'jwt'], { env: jwt })).toMatchObject({ code: 0 });
    expect(await runAmp(['org', 'limits'], { env: jwt })).toMatchObject({ code: 0 });
  });

  test('a refresh token in the environment is refused: its successor could not be kept', async () => {
    const env = { ...newUser(), AMP_ORG_REFRESH_TOKEN: '5Aep861x' };
    const result = await runAmp(['org', 'limits'], { env });
    expect(result.code).toBe(64);
    expect(result.stderr).toContain('credential-refresh-token-unstorable');
  });
});

describe('AUTH-7 where secrets may go', () => {
  test('without a usable keychain it is refused with the options, and nothing is written', async () => {
    const env = user({ AMP_CREDENTIAL_STORE: '', DBUS_SESSION_BUS_ADDRESS: '' });
    const result = await runAmp(['org', 'login', '--emulator'], { env });
    expect(result.code).toBe(4);
    expect(result.stderr).toContain('AMP_CREDENTIAL_STORE=file');
    expect(searchFiles(env.HOME!, [canary])).toEqual([]);
  });

  test('an encrypted file only when chosen, and never without its key', async () => {
    const env = user({ AMP_CREDENTIAL_KEY_FILE: '' });
    const result = await runAmp(['org', 'login', '--emulator'], { env });
    expect(result.code).toBe(4);
    expect(result.stderr).toContain('AMP_CREDENTIAL_PASSPHRASE');
  });
});

describe('AUTH-24 signing out', () => {
  const login = async () => {
    const env = user();
    await runAmp(['org', 'login', '--emulator', '--alias', 'acme'], { env });
    const { accessToken } = JSON.parse((await runAmp(['org', 'show', 'acme', '--reveal', '--json'], { env })).stdout);
    return { env, accessToken, entries: () => readdirSync(join(env.AMP_CONFIG_DIR!, 'credentials')) };
  };

  test('revokes at the org and deletes here', async () => {
    const { env, accessToken, entries } = await login();
    expect(entries()).toHaveLength(1);
    const result = await runAmp(['org', 'logout', 'acme', '--json'], { env });
    expect(JSON.parse(result.stdout)).toMatchObject({ alias: 'acme', revoked: true });
    expect(emulator.world.sessions.peek(accessToken)).toBeUndefined();
    expect(entries()).toEqual([]);
  });

  test('--no-revoke deletes here only', async () => {
    const { env, accessToken, entries } = await login();
    await runAmp(['org', 'logout', 'acme', '--no-revoke'], { env });
    expect(emulator.world.sessions.peek(accessToken)).toBeDefined();
    expect(entries()).toEqual([]);
  });

  test('an org that cannot be reached is a warning: the secret is gone all the same', async () => {
    const gone = await startEmulator({ org: openEmulatedOrg({ path: ':memory:' }) });
    const env = user({ AMP_EMULATOR_URL: gone.url });
    await runAmp(['org', 'login', '--emulator', '--alias', 'acme'], { env });
    await gone.stop();
    const result = await runAmp(['org', 'logout', 'acme'], { env });
    expect(result).toMatchObject({ code: 0, stderr: expect.stringContaining('Not revoked') });
    expect(readdirSync(join(env.AMP_CONFIG_DIR!, 'credentials'))).toEqual([]);
  });
});

describe('AUTH-6 no secret outside its store', () => {
  test('every org command at --debug, with an org that echoes tokens in its errors: nothing on stdout, stderr, disk or in argv', async () => {
    const env = user();
    const said: string[] = [];
    const commands = [
      ['org', 'login', '--emulator', '--alias', 'acme'],
      ['org', 'list'],
      ['org', 'show'],
      ['org', 'show', '--json'],
      ['org', 'limits'],
      ['org', 'describe', 'Account'],
      ['org', 'describe', 'Nothing__c'],
      ['org', 'use', 'acme'],
      ['org', 'describe'],
      ['org', 'logout', 'acme'],
    ];
    const argv = watchArguments();
    for (const command of commands) {
      const { stdout, stderr } = await runAmp([...command, '--debug'], { env });
      said.push(stdout, stderr);
    }
    for (const extra of [
      [
        'org',
        'login',
        '--flow',
        'password',
        '--instance-url',
        emulator.url,
        '--client-id',
        emulator.clientId,
        '--username',
        'x',
        '--client-secret',
        '-',
        '--password',
        '-',
      ],
    ]) {
      const { stdout, stderr } = await runAmp([...extra, '--debug'], {
        env,
        input: `${emulator.clientSecret}\n${emulator.password}\n`,
      });
      said.push(stdout, stderr);
    }
    const seenArguments = argv.stop();
    const forms = disguises(canary);
    // The client id is public and starts with the canary too.
    const publicId = new RegExp(`${canary}-client(?!-secret)`, 'g');
    const spoken = said.join('\n').replaceAll(publicId, '');
    expect(forms.filter((form) => spoken.includes(form))).toEqual([]);
    expect(forms.filter((form) => seenArguments.includes(form))).toEqual([]);
    expect(searchFiles(env.HOME!, forms, publicId)).toEqual([]);
    for (const file of filesUnder(env.HOME!)) expect(statSync(file).mode & 0o077, file).toBe(0);
  });

  test('an org that echoes the token in an error body, header and status text', async () => {
    const env = user();
    await runAmp(['org', 'login', '--emulator', '--alias', 'acme'], { env });
    const { accessToken } = JSON.parse((await runAmp(['org', 'show', '--reveal', '--json'], { env })).stdout);
    emulator.faults.add({
      effect: {
        kind: 'answer',
        status: 400,
        headers: { 'content-type': 'application/json', 'x-request-id': accessToken },
        body: JSON.stringify([
          { message: `bad header Authorization: Bearer ${accessToken}`, errorCode: 'INVALID_FIELD' },
        ]),
      },
      match: { path: '/limits' },
      count: 0,
    });
    for (const args of [
      ['org', 'limits', '--debug'],
      ['org', 'limits', '--json'],
    ]) {
      const { stdout, stderr, code } = await runAmp(args, { env });
      expect(code).toBe(1);
      expect(stdout + stderr).not.toContain(accessToken.slice(20));
    }
    emulator.faults.clear();
  });
});

/** Reads all process arguments over and over while commands run. */
function watchArguments(): { stop(): string } {
  if (process.platform !== 'linux') return { stop: () => '' };
  const watcher = spawn(
    'sh',
    ['-c', 'while :; do cat /proc/[0-9]*/cmdline 2>/dev/null | tr "\\0" " "; sleep 0.02; done'],
    {
      stdio: ['ignore', 'pipe', 'ignore'],
    },
  );
  let seen = '';
  watcher.stdout.on('data', (chunk) => {
    seen += chunk;
    // Only the distinct part matters; a long run would fill memory.
    if (seen.length > 50_000_000) seen = seen.slice(-25_000_000);
  });
  return {
    stop() {
      watcher.kill('SIGKILL');
      return seen.replaceAll(`${canary}-client `, '');
    },
  };
}

import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { isolatedEnvironment, runAmp } from '../../cli/run-amp.ts';

const dirs: { cwd: string; env: Record<string, string> }[] = [];

function place() {
  const cwd = mkdtempSync(join(tmpdir(), 'amp-emulator-test-'));
  const made = { cwd, env: isolatedEnvironment(cwd) };
  dirs.push(made);
  return made;
}

afterEach(async () => {
  await Promise.all(dirs.splice(0).map((where) => runAmp(['emulator', 'stop'], where)));
});

async function start(where: ReturnType<typeof place>, ...args: string[]) {
  const { code, stdout, stderr } = await runAmp(
    ['emulator', 'start', '--port', '0', '--seed', 'empty', '--detach', '--json', ...args],
    where,
  );
  expect([code, stderr]).toEqual([0, '']);
  return JSON.parse(stdout);
}

test('an emulator starts in the background, says how to sign in, is steered, and stops', async () => {
  const where = place();
  const started = await start(where);
  expect(Object.keys(started)).toEqual([
    'url',
    'clientId',
    'clientSecret',
    'username',
    'password',
    'securityToken',
    'pid',
  ]);
  const amp = async (...args: string[]) => {
    const { code, stdout } = await runAmp(['emulator', ...args], where);
    expect(code, args.join(' ')).toBe(0);
    return stdout;
  };
  const created = JSON.parse(
    await amp('change', 'create', 'Account', '--set', 'Name=Acme', '--set', 'AnnualRevenue:=12.5', '--json'),
  );
  await amp('change', 'update', 'Account', created.ids[0], '--set', 'Name=Acme 2');
  await amp('change', 'clock', '90s');
  await amp('change', 'setting', 'rotation=strict');
  await amp('change', 'field', 'Account.Rank__c', '--set', 'type=double', '--set', 'precision:=5', '--set', 'scale:=0');
  const held = JSON.parse(await amp('change', 'create', 'Account', '--set', 'Name=Late', '--hold', '--json'));
  await amp('change', 'commit', held.transaction);
  await amp('fault', 'add', 'error-503-html', '--count', '2', '--path', '/limits');
  expect(JSON.parse(await amp('fault', 'list', '--json')).active[0]).toMatchObject({
    name: 'error-503-html',
    count: 2,
  });
  expect(await amp('fault', 'clear')).toContain('No fault is active.');
  const ledger = (await amp('ledger', '--object', 'account', '--json'))
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  expect(ledger.map(({ type, kind }) => kind ?? type)).toEqual(['CREATE', 'UPDATE', 'CREATE', 'summary']);
  const status = JSON.parse(await amp('status', '--json'));
  expect(status.emulators[0]).toMatchObject({ address: { url: started.url }, status: { changes: 3 } });
  await amp('stop');
  expect((await runAmp(['emulator', 'status'], where)).code).toBe(1);
});

test('automation, imports and required fields are had from the command line', async () => {
  const where = place();
  const { url } = await start(where);
  const amp = async (...args: string[]) => {
    const { code, stdout } = await runAmp(['emulator', 'change', ...args, '--json'], where);
    expect(code, args.join(' ')).toBe(0);
    return JSON.parse(stdout);
  };
  const old = ['--set', 'Name=Old', '--set', 'LastModifiedDate=2020-01-02T03:04:05Z', '--audit-fields'];
  const { ids } = await amp('create', 'Account', ...old);
  await amp('clock', '1h');
  await amp('update', 'Account', ids[0], '--set', 'Phone=1', '--automation');
  await amp('change-field', 'Account.Tier__c', '--set', 'type=text', '--set', 'length:=9', '--set', 'required:=true');
  const ledger = await fetch(`${url}/__emulator/ledger`);
  const [, update] = (await ledger.text()).split('\n').map((line) => (line === '' ? undefined : JSON.parse(line)));
  expect([update.changedFields, update.after]).toEqual([['Phone'], { Phone: '1' }]);
  const session = await fetch(`${url}/__emulator/sessions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: '{}',
  });
  const { accessToken } = (await session.json()) as { accessToken: string };
  const row = await fetch(`${url}/services/data/v66.0/sobjects/Account/${ids[0]}?fields=LastModifiedDate`, {
    headers: { authorization: `Bearer ${accessToken}` },
  });
  expect(await row.json()).toMatchObject({ LastModifiedDate: '2020-01-02T03:04:05.000+0000' });
});

test('a data file keeps rows and grants over a restart', async () => {
  const where = place();
  await start(where, '--data', 'org.db');
  await runAmp(['emulator', 'change', 'create', 'Account', '--set', 'Name=Kept'], where);
  await runAmp(['emulator', 'stop'], where);
  await start(where, '--data', 'org.db');
  const ledger = await runAmp(['emulator', 'ledger', '--json'], where);
  expect(ledger.stdout).toContain('"Name":"Kept"');
});

test('a seed of one’s own brings objects, fields and related records', async () => {
  const where = place();
  const seed = {
    objects: [{ name: 'Deal__c', fields: [{ name: 'Account__c', type: 'reference', referenceTo: 'Account' }] }],
    records: { Account: [{ $ref: 'acme', Name: 'Acme' }], Deal__c: [{ Name: 'D1', Account__c: '@acme' }] },
  };
  writeFileSync(join(where.cwd, 'seed.json'), JSON.stringify(seed));
  const { code, stdout } = await runAmp(
    ['emulator', 'start', '--port', '0', '--seed', 'seed.json', '--detach', '--json'],
    where,
  );
  expect(code).toBe(0);
  expect(JSON.parse(stdout).url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
  const { stdout: ledger } = await runAmp(['emulator', 'ledger', '--object', 'Deal__c', '--json'], where);
  expect(JSON.parse(ledger.split('\n')[0]!).after.Account__c).toMatch(/^001/);
});

test('what cannot be done is said with its code and exit', async () => {
  const where = place();
  const fail = async (...args: string[]) => {
    const { code, stdout } = await runAmp(['emulator', ...args, '--json'], where);
    return [code, JSON.parse(stdout).diagnostics[0].code];
  };
  expect(await fail('stop')).toEqual([1, 'emulator-not-running']);
  expect(await fail('start', '--listen', '0.0.0.0')).toEqual([64, 'usage']);
  expect(await fail('start', '--seed', 'nope')).toEqual([64, 'usage']);
  writeFileSync(join(where.cwd, 'broken.json'), '{');
  expect(await fail('start', '--seed', 'broken.json')).toEqual([1, 'emulator-data-invalid']);
  const { url } = await start(where);
  const { port } = new URL(url);
  const taken = await runAmp(['emulator', 'start', '--port', port], where);
  expect(taken.code).toBe(1);
  expect(taken.stderr).toContain(`An emulator of amp already runs on port ${port}`);
  expect(taken.stderr).toContain(`amp emulator stop --port ${port}`);
  expect(await fail('change', 'create', 'Account')).toEqual([1, 'emulator-refused']);
  expect(await fail('change', 'fly', 'Account')).toEqual([64, 'usage']);
  expect(await fail('fault', 'add', 'nope')).toEqual([1, 'emulator-refused']);
});

test('every secret carries the prefix asked for, and the file that names them is private', async () => {
  const where = place();
  const started = await start(where, '--secret-prefix', 'CANARY7');
  for (const name of ['clientId', 'clientSecret', 'password', 'securityToken'])
    expect(started[name]).toMatch(/^CANARY7/);
  const form = new URLSearchParams({
    grant_type: 'client_credentials',
    client_id: started.clientId,
    client_secret: started.clientSecret,
  });
  const token = (await (
    await fetch(`${started.url}/services/oauth2/token`, { method: 'POST', body: form })
  ).json()) as { access_token: string };
  expect(token.access_token).toMatch(/^00D\w{12}!CANARY7/);
  const { statSync, readdirSync } = await import('node:fs');
  const folder = join(where.env.AMP_DATA_DIR!, 'emulators');
  const [file] = readdirSync(folder);
  expect(statSync(join(folder, file!)).mode & 0o777).toBe(0o600);
  expect(JSON.parse(readFileSync(join(folder, file!), 'utf8')).pid).toBe(started.pid);
});

test('two emulators with numbers of their own are two orgs, and a kept one stays who it is', async () => {
  const where = place();
  const orgIdOf = async ({ url, clientId, clientSecret }: Record<string, string>) => {
    const body = { grant_type: 'client_credentials', client_id: clientId!, client_secret: clientSecret! };
    const answer = await fetch(`${url}/services/oauth2/token`, { method: 'POST', body: new URLSearchParams(body) });
    return ((await answer.json()) as { id: string }).id.split('/').at(-2);
  };
  const data = join(where.cwd, 'second.db');
  const first = await start(where);
  const second = await start(where, '--org-number', '2', '--data', data);
  const ids = [await orgIdOf(first), await orgIdOf(second)];
  expect(new Set(ids).size).toBe(2);
  const stop = ({ url }: Record<string, string>) => runAmp(['emulator', 'stop', '--port', new URL(url!).port], where);
  await stop(second);
  const again = await start(where, '--data', data);
  expect(await orgIdOf(again)).toBe(ids[1]);
  // One is left for the end of every test, which stops the only one there is.
  expect((await stop(again)).code).toBe(0);
});

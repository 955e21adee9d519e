import { chmodSync, closeSync, mkdtempSync, openSync, statSync, writeFileSync, writeSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, test } from 'vitest';
import { type Check, failed } from '../../src/doctor/doctor.ts';
import { checkNode, checkPort, checkTls } from '../../src/doctor/machine-checks.ts';
import { checkClock, reachOrg } from '../../src/doctor/org-checks.ts';
import { AmpError } from '../../src/errors/amp-error.ts';
import { systemClock } from '../../src/platform/clock.ts';
import { openState } from '../../src/store/state.ts';
import { connected } from '../auth/connected.ts';
import { startStrictOrg } from '../auth/strict-org.ts';
import { runAmp } from '../cli/run-amp.ts';
import { type InstalledProject, startInstalledProject } from '../operations/project-fixture.ts';

describe('single checks', () => {
  it.each([
    ['20.18.0', 'failed'],
    ['18.20.0', 'failed'],
    ['20.19.0', 'ok'],
    ['22.0.0', 'ok'],
  ])('Node %s is %s', (version, result) => {
    expect(checkNode(version).result).toBe(result);
  });

  it('switched-off certificate checks fail, a proxy is named without its password', () => {
    expect(checkTls({ NODE_TLS_REJECT_UNAUTHORIZED: '0' })).toMatchObject({ result: 'failed' });
    const proxied = checkTls({ HTTPS_PROXY: 'http://ada:hunter2@proxy.example:3128' });
    expect(proxied).toMatchObject({ result: 'ok', message: expect.stringContaining('proxy.example:3128') });
    expect(JSON.stringify(proxied)).not.toContain('hunter2');
    expect(checkTls({}).result).toBe('ok');
  });

  it('a port that only the other loopback has is taken: a browser may go there', async () => {
    const holder = createServer();
    await new Promise<void>((resolve) => holder.listen(0, '::1', resolve));
    const { port } = holder.address() as AddressInfo;
    expect(await checkPort('port-callback', port, 'amp org login', 'use --port')).toMatchObject({ result: 'warning' });
    await new Promise((resolve) => holder.close(resolve));
    expect(await checkPort('port-callback', port, 'amp org login', 'use --port')).toMatchObject({ result: 'ok' });
  });

  it('an error without a hint of its own is repaired as the catalogue says', () => {
    const newer = new AmpError({ code: 'store-newer', message: 'state.db was written by a newer amp.' });
    expect(failed('state-version', newer)).toMatchObject({ result: 'failed', fix: 'Upgrade amp.' });
  });

  it('an org that takes the question and never answers is given up', async () => {
    const org = await startStrictOrg();
    org.intercept = (request) => request.url?.includes('/limits') === true;
    const { client } = await connected(org);
    const world = { clock: systemClock, signal: new AbortController().signal };
    expect(await reachOrg(world, client, 'acme', 300)).toMatchObject([
      { id: 'org:acme', result: 'failed', message: expect.stringContaining('did not answer within') },
    ]);
    await org.close();
  });

  it('clocks more than a minute apart fail, and the fix says so', () => {
    const date = 'Tue, 03 Feb 2026 09:00:00 GMT';
    const at = Date.parse(date);
    expect(checkClock('acme', date, at + 30_000).result).toBe('ok');
    expect(checkClock('acme', date, at + 300_500)).toMatchObject({
      result: 'failed',
      message: expect.stringMatching(/300 s ahead/),
    });
    expect(checkClock('acme', date, at - 299_500).message).toMatch(/300 s behind/);
    expect(checkClock('acme', undefined, at).result).toBe('skipped');
  });
});

describe('amp doctor', () => {
  let project: InstalledProject;
  beforeAll(async () => {
    project = await startInstalledProject(10);
  }, 120_000);
  afterAll(() => project.stop());

  const examine = async (...args: string[]) => {
    const { code, stdout } = await project.amp('doctor', '--json', ...args);
    const { checks } = JSON.parse(stdout) as { checks: Check[] };
    return { code, of: (id: string) => checks.find((check) => check.id === id), checks };
  };

  test('finds a sound project sound, and says what the manifest may do in the org', async () => {
    const { code, of, checks } = await examine();
    expect(checks.filter(({ result }) => result === 'failed')).toEqual([]);
    expect(code).toBe(0);
    expect(of('org:acme')?.result).toBe('ok');
    expect(of('permission:acme:read:contact')?.result).toBe('ok');
    expect(of('state-integrity')?.result).toBe('ok');
  });

  test('names the field the user may not see', async () => {
    const { emulator } = project;
    const access = { readable: false, editable: false };
    emulator.org.schema.setFieldAccess('Contact', 'Email', emulator.userId, access);
    const { code, of } = await examine();
    emulator.org.schema.setFieldAccess('Contact', 'Email', emulator.userId, { readable: true, editable: true });
    expect(code).toBe(1);
    expect(of('permission:acme:read:contact')).toMatchObject({
      result: 'failed',
      message: expect.stringContaining('email'),
      fix: expect.stringContaining('permission set'),
    });
  });

  test('finds files that others can read, and the command that closes them', async () => {
    const file = join(project.dir, '.amp', 'state.db');
    chmodSync(file, 0o644);
    const { code, of } = await examine('--offline');
    chmodSync(file, 0o600);
    expect(code).toBe(1);
    expect(of('file-modes')).toMatchObject({ result: 'failed', fix: expect.stringMatching(/^chmod -R go-rwx /) });
    expect(of('org')?.result).toBe('skipped');
  });

  test('says that a port amp wants is taken', async () => {
    const server = createServer().listen(4400, '127.0.0.1');
    await new Promise((resolve) => {
      server.once('listening', resolve);
      // Somebody else has it, which is as good.
      server.once('error', resolve);
    });
    const { of } = await examine('--offline');
    server.close();
    expect(of('port-runtime')).toMatchObject({ result: 'warning', fix: expect.stringContaining('--listen') });
  });
});

describe('the state file', () => {
  const project = () => {
    const dir = mkdtempSync(join(tmpdir(), 'amp-state-'));
    writeFileSync(join(dir, 'amp.yaml'), 'specVersion: 1.0.0\nintegrations: []\n');
    const state = openState(join(dir, '.amp'));
    state.db.exec('PRAGMA wal_checkpoint(TRUNCATE)');
    state.close();
    return dir;
  };

  test('LIFE-7 a damaged state file is a clear error with exit 1, and doctor says how to go on', async () => {
    const dir = project();
    const path = join(dir, '.amp', 'state.db');
    const file = openSync(path, 'r+');
    for (let at = 4096; at < statSync(path).size; at += 4096) writeSync(file, Buffer.alloc(512, 0xff), 0, 512, at);
    closeSync(file);
    const logs = await runAmp(['logs', '--json'], { cwd: dir });
    expect(logs.code).toBe(1);
    expect(JSON.parse(logs.stdout).diagnostics[0].code).toBe('store-damaged');
    const doctor = await runAmp(['doctor', '--offline', '--json'], { cwd: dir });
    expect(doctor.code).toBe(1);
    const { checks } = JSON.parse(doctor.stdout) as { checks: Check[] };
    expect(checks.find(({ id }) => id === 'state-integrity')).toMatchObject({
      result: 'failed',
      fix: expect.stringContaining('restore a backup'),
    });
  });

  test('LIFE-10 a state file of an older amp is brought up to date with nothing lost; a newer one is refused', async () => {
    const dir = project();
    const old = openState(join(dir, '.amp'));
    old.db.exec('DROP TABLE notifications; DROP TABLE notification_incidents; DROP TABLE notification_topics');
    old.db.exec('DROP TABLE notification_routes; DELETE FROM migrations WHERE version = 50');
    old.db.exec("INSERT INTO log_streams (key, action) VALUES ('kept', 'subscribe')");
    old.close();
    expect((await runAmp(['notifications', 'list', '--json'], { cwd: dir })).code).toBe(0);
    const state = openState(join(dir, '.amp'));
    expect(state.db.prepare('SELECT key FROM log_streams').all()).toEqual([{ key: 'kept' }]);
    state.db.exec("INSERT INTO migrations VALUES (9999, 'later', '2030-01-01')");
    state.close();
    const refused = await runAmp(['logs', '--json'], { cwd: dir });
    expect(refused.code).toBe(1);
    expect(JSON.parse(refused.stdout).diagnostics[0]).toMatchObject({
      code: 'store-newer',
      hint: expect.stringMatching(/[Uu]pgrade/),
    });
  });
});

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { redact } from '../../src/errors/redact.ts';
import { createOperationLog } from '../../src/operations/operation-log.ts';
import { systemClock } from '../../src/platform/clock.ts';
import { openState } from '../../src/store/state.ts';
import { type InstalledProject, startInstalledProject } from '../operations/project-fixture.ts';

let project: InstalledProject;
beforeAll(async () => {
  project = await startInstalledProject(5_000);
}, 120_000);
afterAll(() => project.stop());

const json = (text: string) => JSON.parse(text);
const lines = (text: string) =>
  text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));

describe('a backfill that works', () => {
  let id: string;
  test('OPS-4 has an operation with whom, what, status and times, and amp logs prints its log', async () => {
    const backfill = await project.amp('backfill', 'contact', '--group', 'quayline', '--full', '--deliver', '--json');
    expect(backfill.code, backfill.stderr).toBe(0);
    id = json(backfill.stdout).operationId;
    const { operation } = json((await project.amp('operations', 'show', id, '--json')).stdout);
    expect(operation).toMatchObject({
      id,
      actionType: 'read',
      status: 'success',
      object: 'Contact',
      groupRef: 'quayline',
      integrationId: 'crm',
      installationId: expect.stringMatching(/^ins_/),
      startedBy: 'cli',
      counts: { records: 5000 },
      createTime: expect.stringMatching(/Z$/),
      endTime: expect.stringMatching(/Z$/),
    });
    const log = await project.amp('logs', id);
    expect(log.code).toBe(0);
    expect(log.stdout).toMatch(/5,?000 Contact records/);
  });

  test('OPS-8 amp operations filters by status, object, type and time', async () => {
    const list = async (...args: string[]) =>
      json((await project.amp('operations', ...args, '--json')).stdout).operations.map((op: { id: string }) => op.id);
    expect(await list('--status', 'success', '--object', 'CONTACT', '--type', 'read', '--since', '1h')).toContain(id);
    expect(await list('--status', 'failure')).not.toContain(id);
    expect(await list('--object', 'Lead')).toEqual([]);
    expect(await list('--type', 'write')).toEqual([]);
    expect(await list('--until', '2020-01-01')).toEqual([]);
    const mistyped = await project.amp('operations', '--object', 'contat', '--group', 'zzz');
    expect(mistyped.stderr).toBe(
      'No operation is of object "contat"; did you mean "Contact"?\nNo operation is of group "zzz"; there are quayline.\n',
    );
    expect((await project.amp('logs', '--object', 'contact', '--group', 'quaylin')).stderr).toBe(
      'No operation is of group "quaylin"; did you mean "quayline"?\n',
    );
  });
});

test('OPS-7 a proxy call and a search each have an operation', async () => {
  const search = await project.amp('search', 'contact', '--where', 'lastname=Nobody', '--group', 'quayline', '--json');
  expect(search.code, search.stderr).toBe(0);
  const call = await project.amp('proxy', 'GET', 'limits', '--direct', '--org', 'acme');
  expect(call.code, call.stderr).toBe(0);
  for (const type of ['search', 'proxy']) {
    const { operations } = json((await project.amp('operations', '--type', type, '--json')).stdout);
    expect(operations).toMatchObject([{ actionType: type, status: 'success', counts: { apiCalls: 1 } }]);
  }
});

describe('a backfill whose grant is revoked half-way', () => {
  let failed: string;
  beforeAll(async () => {
    project.emulator.faults.add({ name: 'sessions-end', match: { pattern: '/query/01g' } });
    project.emulator.faults.add({ name: 'grants-revoked' });
    const args = ['backfill', 'contact', '--group', 'quayline', '--full', '--deliver', '--api', 'rest', '--json'];
    const backfill = await project.amp(...args);
    expect(backfill.code).toBe(4);
    const { operations } = json((await project.amp('operations', '--status', 'failure', '--json')).stdout);
    failed = operations[0].id;
  }, 60_000);

  test('OPS-11 amp logs names the revoked grant, the group and the login command on its first five lines', async () => {
    const { stdout, code } = await project.amp('logs');
    expect(code).toBe(0);
    const first = stdout.split('\n').slice(0, 5).join('\n');
    expect(first).toContain('invalid_grant: expired access/refresh token');
    expect(first).toContain('quayline');
    expect(first).toContain('amp org login --alias acme');
  });

  test('OPS-5 the log shows subsystem auth, the true cause, retryability and the remedy', async () => {
    const explanation = json((await project.amp('operations', 'explain', failed, '--json')).stdout);
    expect(explanation.cause).toMatchObject({
      code: 'org-sign-in-expired',
      subsystem: 'auth',
      rootCause: 'invalid_grant: expired access/refresh token',
      retryable: false,
    });
    expect(explanation.remedy).toContain('amp org login --alias acme');
    expect(explanation.blastRadius).toMatchObject({ groups: ['quayline'], objects: ['Contact'] });
  });

  test("OPS-16 the provider's own code and message are kept verbatim", async () => {
    const { operation } = json((await project.amp('operations', 'show', failed, '--json')).stdout);
    expect(operation.error).toMatchObject({ providerCode: 'invalid_grant', status: 400 });
    expect(operation.error.causes[0]).toBe('invalid_grant: expired access/refresh token');
  });

  test('ONB-8 amp status shows the lost sign-in and ends with 1', async () => {
    const { code, stdout } = await project.amp('status', '--json');
    expect(code).toBe(1);
    const status = json(stdout);
    expect(status.orgs).toMatchObject([{ alias: 'acme', state: 'needs_reauth', connectionState: 'bad_credentials' }]);
    expect(status.attention[0]).toMatchObject({
      kind: 'org',
      remedy: expect.stringMatching(/^amp org login --alias acme --emulator/),
    });
    expect(status.installations).toMatchObject([
      { groupRef: 'quayline', errorRate: { failed: 1, ended: expect.any(Number) }, reads: [{ lastResult: 'failure' }] },
    ]);
  });

  test('OPS-9 no secret of the emulator is in logs, bundle or state', async () => {
    const bundle = join(project.dir, 'bundle.html');
    expect((await project.amp('operations', 'export', failed, '-o', bundle)).code).toBe(0);
    const logs = await project.amp('logs', '--severity', 'debug', '--json');
    const files = readdirSync(join(project.dir, '.amp')).filter((name) => name.startsWith('state.db'));
    const stored = files.map((name) => readFileSync(join(project.dir, '.amp', name)).toString('latin1'));
    for (const text of [readFileSync(bundle, 'utf8'), logs.stdout, ...stored]) {
      expect(text).not.toContain(project.emulator.clientSecret);
      expect(text).not.toContain(project.emulator.password);
      expect(text).not.toMatch(/EMULATORFAKE(?!-client)/);
    }
    expect(readFileSync(bundle, 'utf8')).toContain('amp org login --alias acme');
  });
});

test('OPS-6 delivering subscribe events makes no operation', async () => {
  const state = openState(join(project.dir, '.amp'));
  const count = () => state.db.prepare('SELECT count(*) AS n FROM operations').get<{ n: number }>()!.n;
  const before = count();
  const log = createOperationLog(state.db, { clock: systemClock, redact });
  log.stream({ action: 'subscribe', object: 'Account', groupRef: 'quayline' }).info('12 events delivered');
  log.flush();
  expect(count()).toBe(before);
  state.close();
  expect((await project.amp('logs', '--object', 'account')).stdout).toContain('12 events delivered');
});

test('OPS-10 an unknown operation is not found, with exit 1', async () => {
  for (const args of [['logs'], ['operations', 'show'], ['operations', 'explain'], ['operations', 'export']]) {
    const { code, stdout } = await project.amp(...args, 'op_nothing', '--json');
    expect(code).toBe(1);
    expect(json(stdout).diagnostics[0]).toMatchObject({ code: 'operation-not-found' });
  }
});

test('OPS-12 amp logs --follow --json prints one object a line from another process and ends clean on Ctrl-C', async () => {
  const state = openState(join(project.dir, '.amp'));
  const log = createOperationLog(state.db, { clock: systemClock, redact });
  const operation = log.start({ action: 'read', object: 'Contact', groupRef: 'follower', startedBy: 'test' });
  operation.info('line first');
  log.flush();
  const amp = join(import.meta.dirname, '../../bin/amp.js');
  const args = [amp, 'logs', '--follow', '--json', '--group', 'follower'];
  const child = spawn(process.execPath, args, { cwd: project.dir, env: project.env });
  let text = '';
  const heard = (word: string) =>
    new Promise<void>((resolve) => {
      const look = () => text.includes(word) && resolve();
      child.stdout.on('data', look);
      look();
    });
  child.stdout.on('data', (chunk) => {
    text += chunk;
  });
  await heard('line first');
  for (let i = 0; i < 100; i++) {
    operation.info(`line ${i} \u001b[31m\ud800 "quoted"\n`);
    if (i % 10 === 0) log.flush();
  }
  operation.succeed('line last');
  state.close();
  await heard('line last');
  child.kill('SIGINT');
  const [code] = await once(child, 'close');
  expect(code).toBe(130);
  const all = lines(text);
  expect(all.at(-1)).toEqual({ type: 'summary', lines: 102, incidents: 0 });
  const seen = all.slice(0, -1).map((line) => line.message.msg.split(' ')[1]);
  expect(seen).toEqual(['first', ...Array.from({ length: 100 }, (_, i) => String(i)), 'last']);
});

test('OPS-13 OPS-15 show lists each failed record with its reason, and the attempts with the time of the next', async () => {
  const state = openState(join(project.dir, '.amp'));
  const log = createOperationLog(state.db, { clock: systemClock, redact });
  const operation = log.start({ action: 'write', object: 'Lead', groupRef: 'quayline', startedBy: 'api' });
  operation.annotate({
    retry: { attempts: 3, lastAttempt: '2026-02-03T09:00:00Z', nextAttempt: '2026-02-03T09:05:00Z' },
    errors: [
      { index: 4, code: 'REQUIRED_FIELD_MISSING', message: 'Required fields are missing: [LastName]' },
      { index: 7, code: 'DUPLICATES_DETECTED', message: 'Use one of these records?' },
    ],
  });
  operation.setAside();
  state.close();
  const { stdout } = await project.amp('operations', 'show', operation.id);
  expect(stdout).toMatch(/3 attempts, last 2026-02-03T09:00:00Z, next 2026-02-03T09:05:00Z/);
  expect(stdout).toContain('4: Required fields are missing: [LastName] (REQUIRED_FIELD_MISSING)');
  expect(stdout).toContain('7: Use one of these records? (DUPLICATES_DETECTED)');
});

describe('a backfill whose grant is revoked while its destination does not answer', () => {
  let receiver: Server;
  let backfill: ChildProcess;
  let follower: ChildProcess;
  let followed = '';
  const spawnAmp = (...args: string[]) =>
    spawn(process.execPath, [join(import.meta.dirname, '../../bin/amp.js'), ...args], {
      cwd: project.dir,
      env: project.env,
    });
  beforeAll(async () => {
    await project.signInAgain();
    // Takes the first message and says nothing for as long as the test runs.
    receiver = createServer().listen(0, '127.0.0.1');
    await once(receiver, 'listening');
    const asked = once(receiver, 'request');
    const url = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}`;
    const added = await project.amp('destinations', 'add', 'mute', '--url', url, '--allow-private-network');
    expect(added.code, added.stderr).toBe(0);
    follower = spawnAmp('logs', '--follow', '--group', 'quayline');
    follower.stdout!.on('data', (chunk) => {
      followed += chunk;
    });
    const { faults } = project.emulator;
    // The second page waits until the first is on its way to the destination.
    const held = faults.add({ name: 'held', match: { pattern: '/query/01g' }, effect: { kind: 'delay', ms: 2_000 } });
    faults.add({ name: 'sessions-end', match: { pattern: '/query/01g' } });
    faults.add({ name: 'grants-revoked' });
    const args = ['backfill', 'contact', '--group', 'quayline', '--full', '--deliver', '--destination', 'mute'];
    backfill = spawnAmp(...args, '--api', 'rest', '--json');
    await asked;
    faults.remove(held.id);
    while (!/do this: .*amp org login/.test(followed)) await once(follower.stdout!, 'data');
  }, 60_000);
  afterAll(() => {
    for (const child of [backfill, follower]) child.kill('SIGKILL');
    receiver.closeAllConnections();
    receiver.close();
  });

  test('OPS-11 amp logs in a second terminal names grant, group and login command while the first still runs', async () => {
    const { stdout, code } = await project.amp('logs');
    expect(backfill.exitCode).toBeNull();
    expect(code).toBe(0);
    const first = stdout.split('\n').slice(0, 5).join('\n');
    expect(first).toContain('invalid_grant: expired access/refresh token');
    expect(first).toContain('quayline');
    expect(first).toContain('amp org login --alias acme');
  });

  test('OPS-11 amp logs --follow, open since before, has shown the same when it happened', () => {
    expect(backfill.exitCode).toBeNull();
    expect(followed).toMatch(/Contact \(quayline\)/);
    expect(followed).toContain('invalid_grant: expired access/refresh token');
    expect(followed).toContain('amp org login --alias acme');
  });
});

test('a destination that is down is named at once, its messages wait, and the read ends with 1', async () => {
  await project.signInAgain();
  const add = await project.amp(
    'destinations',
    'add',
    'down',
    '--url',
    'http://127.0.0.1:1/',
    '--allow-private-network',
  );
  expect(add.code, add.stderr).toBe(0);
  project.env.AMP_DELIVERY_SCHEDULE = '10ms,1h';
  try {
    const args = ['read', 'contact', '--group', 'quayline', '--deliver', '--destination', 'down', '--limit', '5'];
    const read = await project.amp(...args);
    expect([read.code, read.stderr]).toEqual([1, expect.stringContaining('down does not take messages: connection')]);
    expect(read.stdout).toContain('0 of 1 messages delivered, 1 wait in the outbox');
    const summary = json((await project.amp(...args, '--json')).stdout);
    expect(summary).toMatchObject({ status: 'success', output: { delivery: { delivered: 0, dead: 0 } } });
    expect((await project.amp('destinations', 'disable', 'down')).code).toBe(0);
    const held = await project.amp(...args);
    expect([held.code, held.stderr]).toEqual([1, expect.stringContaining('resume: amp destinations enable down')]);
  } finally {
    delete project.env.AMP_DELIVERY_SCHEDULE;
  }
}, 60_000);

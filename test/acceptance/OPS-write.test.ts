import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runAmp } from '../cli/run-amp.ts';
import { type InstalledProject, startInstalledProject } from '../operations/project-fixture.ts';

const manifest = `specVersion: 1.0.0
integrations:
  - name: crm
    provider: salesforce
    read:
      objects:
        - objectName: contact
          destination: inbox
          schedule: "*/15 * * * *"
          requiredFields:
            - fieldName: lastname
            - fieldName: email
    write:
      objects:
        - objectName: contact
`;

let project: InstalledProject;
beforeAll(async () => {
  project = await startInstalledProject(20, manifest);
  for (const args of [
    ['destinations', 'add', 'pager', '--folder', join(project.dir, 'pager')],
    ['notifications', 'routes', 'add', 'all', '--topic', 'everything', '--destination', 'pager'],
  ]) {
    const { code, stderr } = await project.amp(...args);
    expect(code, stderr).toBe(0);
  }
}, 120_000);
afterAll(() => project.stop());

const write = (record: object, ...more: string[]) =>
  project.amp(
    'write',
    'contact',
    '--group',
    'quayline',
    '--type',
    'create',
    '--record',
    JSON.stringify(record),
    ...more,
  );
const failures = async () =>
  JSON.parse((await project.amp('operations', '--status', 'failure', '--json')).stdout).operations;

/** Notifications the folder has received, oldest first. */
function told(type: string): { data: Record<string, unknown> }[] {
  const folder = join(project.dir, 'pager');
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((file) => file.endsWith('.ndjson'))
    .flatMap((file) => readFileSync(join(folder, file), 'utf8').trim().split('\n'))
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line))
    .filter(({ notificationType }) => notificationType === type);
}

test('OPS-9 values of a refused record are kept only with --log-values, the names of its fields always', async () => {
  const record = { LastName: `visible-value ${'x'.repeat(90)}` };
  expect((await write(record, '--json')).code).toBe(1);
  const [hidden] = await failures();
  const without = await project.amp('logs', hidden.id, '--severity', 'debug', '--json');
  expect(without.stdout).not.toContain('visible-value');
  expect(without.stdout).toContain('"fields":["LastName"]');
  expect((await write(record, '--json', '--log-values')).code).toBe(1);
  const [shown] = await failures();
  expect(shown.id).not.toBe(hidden.id);
  const withValues = await project.amp('logs', shown.id, '--severity', 'debug', '--json');
  expect(withValues.stdout).toContain('visible-value');
});

test('OPS-2 a triggered read that fails is told with its error', async () => {
  const fault = project.emulator.faults.add({ name: 'api-disabled', match: { pattern: '/query' }, count: 0 });
  const read = await project.amp('read', 'contact', '--group', 'quayline', '--since', '7d', '--deliver');
  expect(read.code).toBe(1);
  project.emulator.faults.remove(fault.id);
  const sent = await project.amp('read', 'contact', '--group', 'quayline', '--since', '7d', '--deliver');
  expect(sent.code, sent.stderr).toBe(0);
  expect(told('read.triggered.error')).toMatchObject([
    { data: { groupRef: 'quayline', objectName: 'contact', error: expect.stringMatching(/./) } },
  ]);
});

test('OPS-7 a look for changes of the schema has an operation', async () => {
  const drift = await project.amp('org', 'drift', '--org', 'acme', '--json');
  expect([0, 1]).toContain(drift.code);
  const { operations } = JSON.parse((await project.amp('operations', '--type', 'schema', '--json')).stdout);
  expect(operations).toMatchObject([{ actionType: 'schema', status: 'success' }]);
});

test('ONB-8 status shows, per customer, token state, limit use, lag, error rate, counts and drift', async () => {
  await project.amp('org', 'drift', '--group', 'quayline', '--json');
  const { org, userId } = project.emulator;
  org.schema.setFieldAccess('Contact', 'Email', userId, { readable: false, editable: false });
  await project.amp('org', 'drift', '--group', 'quayline', '--json');
  const { code, stdout } = await project.amp('status', '--json');
  const status = JSON.parse(stdout);
  expect(status.orgs).toMatchObject([
    { alias: 'acme', state: 'connected', apiUsage: { used: expect.any(Number), max: expect.any(Number) } },
  ]);
  expect(status.installations).toMatchObject([
    {
      groupRef: 'quayline',
      errorRate: { failed: expect.any(Number), ended: expect.any(Number) },
      records: expect.any(Number),
      reads: [{ objectName: 'contact', lastReadAt: expect.stringMatching(/Z$/), lagMs: expect.any(Number) }],
      drift: { checkedAt: expect.stringMatching(/Z$/), breaking: 1 },
    },
  ]);
  expect(code).toBe(1);
  expect(status.attention.map(({ kind }: { kind: string }) => kind)).toContain('drift');
});

test('OPS-5 a token host that is not well below a write: subsystem auth, request id, and when to try again', async () => {
  const { faults } = project.emulator;
  faults.add({ name: 'sessions-end' });
  const headers = { 'retry-after': '30', 'x-request-id': 'req-of-the-token-host' };
  const down = faults.add({
    name: 'token host down',
    match: { path: '/oauth2/token' },
    count: 0,
    effect: { kind: 'answer', status: 503, headers },
  });
  const env = { ...project.env, AMP_TEST_CLOCK: `100@${new Date().toISOString()}` };
  const args = ['write', 'contact', '--group', 'quayline', '--type', 'create', '--record', '{"LastName":"Late"}'];
  const { code } = await runAmp([...args, '--json'], { cwd: project.dir, env });
  faults.remove(down.id);
  expect(code).not.toBe(0);
  const [failed] = await failures();
  const { operation } = JSON.parse((await project.amp('operations', 'show', failed.id, '--json')).stdout);
  expect(operation.error).toMatchObject({
    subsystem: 'auth',
    code: 'org-sign-in-unavailable',
    requestId: 'req-of-the-token-host',
    retryable: true,
    retryAfter: expect.stringMatching(/^\d{4}-.*Z$/),
    remedy: expect.stringContaining('run the command again'),
  });
  expect(operation.error.causes[0]).toMatch(/answered 503/);
});

test('OPS-5 a refresh that fails below a write: subsystem auth, the true cause, request id, and what to do', async () => {
  const { faults } = project.emulator;
  faults.add({ name: 'sessions-end' });
  faults.add({ name: 'grants-revoked' });
  faults.add({
    name: 'request id',
    match: { path: '/oauth2/token' },
    effect: { kind: 'headers', set: { 'x-sfdc-request-id': 'req-of-the-refusal' } },
  });
  const { code } = await write({ LastName: 'Unwritten' }, '--json');
  expect(code).toBe(4);
  const [failed] = await failures();
  expect(failed).toMatchObject({ actionType: 'write', groupRef: 'quayline' });
  const { operation } = JSON.parse((await project.amp('operations', 'show', failed.id, '--json')).stdout);
  expect(operation.error).toMatchObject({
    subsystem: 'auth',
    code: 'org-sign-in-expired',
    retryable: false,
    status: 400,
    requestId: 'req-of-the-refusal',
    remedy: expect.stringContaining('amp org login --alias acme'),
  });
  expect(operation.error.causes[0]).toBe('invalid_grant: expired access/refresh token');
  const { stdout } = await project.amp('logs', failed.id);
  expect(stdout).toContain('invalid_grant: expired access/refresh token');
  expect(stdout).toContain('request req-of-the-refusal');
  const lines = (await project.amp('logs', failed.id, '--json')).stdout.trim().split('\n');
  const errors = lines.map((line) => JSON.parse(line)).filter(({ severity }) => severity === 'ERROR');
  expect(errors.at(-1).message.error).toMatchObject({ requestId: 'req-of-the-refusal' });
});

import { execFileSync } from 'node:child_process';
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { send } from '../api/api-rig.ts';
import { freePort } from '../auth/login-process.ts';
import { type Rig, type RunningAmp, startRig } from '../run/rig.ts';

const manifest = `specVersion: 1.0.0
integrations:
  - name: crm
    provider: salesforce
    read:
      objects: [{objectName: contact, destination: crmEvents, requiredFields: [{fieldName: lastname}]}]
    write: {objects: [{objectName: contact}]}
`;

let rig: Rig;
let port: number;
beforeAll(async () => {
  rig = await startRig({ manifest, records: { Contact: 3 } });
  await rig.amp.json(['install', 'crm', '--group', 'acme', '--org', 'acme', '--yes']);
  port = await freePort();
}, 120_000);
afterEach(async () => {
  await running?.stop('SIGKILL');
});
afterAll(() => rig.stop());

const stateDir = () => join(rig.amp.dir, '.amp');
const socketPath = () => join(stateDir(), 'api.sock');

let running: RunningAmp | undefined;
async function start(): Promise<RunningAmp> {
  running = rig.run(['--listen', `127.0.0.1:${port}`]);
  await running.says('The API is at');
  return running;
}

function call(
  method: string,
  path: string,
  body?: object,
  key = readFileSync(join(stateDir(), 'api.key'), 'utf8').trim(),
) {
  const headers = { host: `127.0.0.1:${port}`, 'x-api-key': key, 'content-type': 'application/json' };
  return send({ method, path, host: '127.0.0.1', port, headers }, body && JSON.stringify(body));
}

describe('amp run', () => {
  test('LA-2 refuses to listen where others could reach it', async () => {
    for (const listen of ['0.0.0.0:4400', '[::]:4400', 'example.com:4400', '4400x']) {
      const { code, stderr } = await rig.amp.amp(['run', '--listen', listen]);
      expect([code, stderr], listen).toEqual([64, expect.stringContaining('error')]);
    }
  }, 60_000);

  test('LA-1 LA-2 LA-4 serves a private socket and a loopback port with the key of a private file', async () => {
    const runtime = await start();
    const mode = (path: string) => (statSync(path).mode & 0o777).toString(8);
    expect([mode(stateDir()), mode(socketPath()), mode(join(stateDir(), 'api.key'))]).toEqual(['700', '600', '600']);
    const listening = execFileSync('ss', ['-ltnH', `sport = :${port}`], { encoding: 'utf8' })
      .trim()
      .split('\n');
    expect(listening.map((row) => row.split(/\s+/)[3])).toEqual([`127.0.0.1:${port}`]);
    expect((await call('GET', '/readyz')).json.ok).toBe(true);
    expect((await call('GET', '/readyz', undefined, 'FAKE-wrong')).status).toBe(401);
    const free = await send({ method: 'GET', path: '/v1/projects', socketPath: socketPath(), headers: {} });
    expect(free.json).toMatchObject([{ name: 'local' }]);
    const key = readFileSync(join(stateDir(), 'api.key'), 'utf8').trim();
    expect(runtime.stderr()).not.toContain(key);

    // Our own command line for hosted projects takes it for one.
    const hosted = { AMP_API_URL: `http://127.0.0.1:${port}`, AMP_API_KEY: key };
    const listed = await rig.amp.amp(['-p', 'local', 'installations', 'list', '--json'], { env: hosted });
    expect(JSON.parse(listed.stdout)).toMatchObject({
      installations: [{ group: { groupRef: 'acme' }, healthStatus: 'healthy' }],
    });

    // A triggered read reaches the receiver; an asynchronous write reaches the org.
    const path = '/v1/projects/local/integrations/crm/objects/contact';
    const read = await call('POST', path, { groupRef: 'acme', mode: 'async' });
    expect(read.status).toBe(201);
    await expect
      .poll(() => rig.messages().find(({ operationId }) => operationId === read.json.operationId)?.result.length, {
        timeout: 20_000,
      })
      .toBe(3);
    const write = await call('POST', path, {
      groupRef: 'acme',
      type: 'create',
      mode: 'asynchronous',
      record: { LastName: 'Later' },
    });
    const operation = `/v1/projects/local/operations/${write.json.operationId}`;
    await expect.poll(async () => (await call('GET', operation)).json.status, { timeout: 20_000 }).toBe('success');
    expect(await runtime.stop('SIGTERM')).toMatchObject({ code: 143 });
  }, 90_000);

  test('LA-1 goes on after a crash that left the socket behind', async () => {
    const crashed = await start();
    await crashed.stop('SIGKILL');
    expect(statSync(socketPath()).isSocket()).toBe(true);
    const again = await start();
    expect((await send({ method: 'GET', path: '/healthz', socketPath: socketPath(), headers: {} })).status).toBe(200);
    expect(await again.stop('SIGTERM')).toMatchObject({ code: 143 });
  }, 60_000);
});

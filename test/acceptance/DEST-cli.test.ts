import { mkdirSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createOutbox, newMessageId } from '../../src/destinations/outbox.ts';
import { openState } from '../../src/store/state.ts';
import { isolatedEnvironment, runAmp } from '../cli/run-amp.ts';
import { type Receiver, startReceiver } from '../destinations/receiver.ts';

let dir: string;
let env: Record<string, string>;
let receiver: Receiver;

beforeEach(async () => {
  dir = mkdtempSync(join(tmpdir(), 'amp-project-'));
  writeFileSync(join(dir, 'amp.yaml'), 'specVersion: 1.0.0\nintegrations: []\n');
  env = {
    ...isolatedEnvironment(),
    AMP_CREDENTIAL_STORE: 'file',
    AMP_CREDENTIAL_KEY_FILE: keyFile(),
    AMP_DELIVERY_SCHEDULE: '10ms,10ms,10ms',
  };
  receiver = await startReceiver();
});
afterEach(() => receiver.close());

function keyFile(): string {
  const path = join(mkdtempSync(join(tmpdir(), 'amp-key-')), 'key');
  writeFileSync(path, `${'k'.repeat(43)}=\n`, { mode: 0o600 });
  return path;
}
const amp = (...args: string[]) => runAmp(args, { cwd: dir, env });
const ampJson = async (...args: string[]) => JSON.parse((await amp(...args, '--json')).stdout);
const addCrm = () => ampJson('destinations', 'add', 'crm', '--url', receiver.url, '--allow-private-network');

function storeMessages(count: number): string[] {
  const state = openState(join(dir, '.amp'));
  const messages = Array.from({ length: count }, (_, i) => ({
    id: newMessageId(Date.now() + i),
    destination: 'crm',
    orderKey: 'contact',
    body: Buffer.from(JSON.stringify({ action: 'read', objectName: 'contact', i })),
    records: 1,
    topic: 'read',
    operationId: 'op_1',
  }));
  createOutbox(state.db).add(messages);
  state.close();
  return messages.map(({ id }) => id);
}

describe('destinations on the command line', () => {
  test('DEST-10 http and private addresses are refused unless the development flag is given', async () => {
    for (const url of ['http://example.com/hook', 'https://10.0.0.8/hook', receiver.url, 'https://localhost/hook']) {
      const result = await amp('destinations', 'add', 'crm', '--url', url);
      expect(result.code, url).toBe(1);
      expect(result.stderr).toContain('[destination-url-refused]');
    }
    for (const url of ['http://example.com/hook', 'https://169.254.169.254/', 'https://user:pw@example.com/']) {
      const result = await amp('destinations', 'add', 'crm', '--url', url, '--allow-private-network');
      expect(result.code, url).toBe(1);
    }
    const added = await addCrm();
    expect(added).toMatchObject({
      destination: { name: 'crm', kind: 'webhook', state: 'enabled', settings: { url: receiver.url } },
      secret: expect.stringMatching(/^whsec_[A-Za-z0-9+/]{43}=$/),
    });
    expect((await ampJson('destinations', 'list')).destinations).toHaveLength(1);
  });

  test('DEST-17 a test sends a signed sample and shows the answer', async () => {
    receiver.answer = (_, response) => response.writeHead(200).end('thanks\u001b[31m a lot');
    const { secret } = await addCrm();
    const result = await amp('destinations', 'test', 'crm');
    expect(result.code).toBe(0);
    expect(result.stdout).toMatch(/accepted a signed sample: HTTP 200/);
    expect(result.stdout).toContain('thanks\\x1b[31m a lot');
    expect(receiver.verifies(receiver.received[0]!, secret)).toBe(true);
    receiver.answer = 503;
    expect(await amp('destinations', 'test', 'crm', '--json')).toMatchObject({ code: 1 });
  });

  test('DEST-2 rotate-secret prints a new secret, and messages carry both signatures', async () => {
    const { secret: old } = await addCrm();
    const { secret, previousValidUntil } = await ampJson('destinations', 'rotate-secret', 'crm');
    expect(Date.parse(previousValidUntil) - Date.now()).toBeGreaterThan(23 * 3600 * 1000);
    await amp('destinations', 'test', 'crm');
    expect(receiver.verifies(receiver.received[0]!, secret)).toBe(true);
    expect(receiver.verifies(receiver.received[0]!, old)).toBe(true);
    expect((await ampJson('destinations', 'show', 'crm', '--reveal')).secret).toBe(secret);
    expect((await amp('destinations', 'show', 'crm')).stdout).not.toContain('whsec_');
  });

  test('DEST-8 dead messages are listed with their reason and replayed with their id', async () => {
    await addCrm();
    receiver.answer = 500;
    const ids = storeMessages(3);
    const failed = await amp('events', 'replay', '--operation', 'op_1', '--json');
    expect(failed.code).toBe(1);
    expect(JSON.parse(failed.stdout)).toMatchObject({ replayed: 3, delivered: 0, dead: 3 });
    const { events } = await ampJson('events', 'list', '--state', 'dead');
    expect(events.map(({ id }: { id: string }) => id)).toEqual([...ids].reverse());
    expect(events[0].lastError).toBe('HTTP 500; gave up after 4 attempts');
    expect((await amp('destinations')).stdout).toContain('3 given up');

    receiver.answer = 200;
    expect(await ampJson('events', 'replay', '--state', 'dead')).toMatchObject({ replayed: 3, delivered: 3, dead: 0 });
    expect(receiver.accepted()).toEqual(ids);
  });

  test('amp logs and amp status tell what waits for an app that is down, and what was given up until it is replayed', async () => {
    await addCrm();
    storeMessages(2);
    const logged = async () =>
      (await amp('logs', '--json')).stdout
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line));
    expect((await logged()).map(({ type }) => type)).toEqual(['summary']);
    receiver.answer = 503;
    env.AMP_DELIVERY_SCHEDULE = '1h';
    await amp('events', 'replay', '--operation', 'op_1', '--wait', '1');
    expect((await logged())[0]).toMatchObject({
      type: 'notice',
      subject: 'crm',
      message: expect.stringMatching(/^2 messages wait for a retry after HTTP 503/),
    });
    expect((await amp('logs', '--group', 'quayline')).stdout).not.toContain('HTTP 503');

    env.AMP_DELIVERY_SCHEDULE = '10ms';
    await amp('events', 'replay', '--operation', 'op_1');
    const remedy = 'amp events replay --state dead --destination crm';
    const givenUp = {
      subject: 'crm',
      message: expect.stringMatching(/^2 messages were given up, the last at /),
      remedy,
    };
    expect(await ampJson('status')).toMatchObject({ healthy: false, attention: [givenUp] });
    expect((await logged())[0]).toMatchObject({ type: 'attention', ...givenUp });
    const text = (await amp('logs')).stdout;
    expect(text).toMatch(/^✗ crm: 2 messages were given up/);
    expect(text).toContain(`\n    ${remedy}\n`);

    receiver.answer = 200;
    await amp(...remedy.split(' ').slice(1));
    expect(await ampJson('status')).toMatchObject({ healthy: true });
    expect((await logged()).map(({ type }) => type)).toEqual(['summary']);
  });

  test('a destination with waiting messages is removed only with --force, and its secret goes with it', async () => {
    await addCrm();
    storeMessages(2);
    const refused = await amp('destinations', 'remove', 'crm', '--yes');
    expect(refused.code).toBe(1);
    expect(refused.stderr).toContain('[destination-has-backlog]');
    expect(await ampJson('destinations', 'remove', 'crm', '--force')).toMatchObject({
      removed: true,
      messages: 2,
      usedBy: [],
    });
    expect((await ampJson('destinations', 'list')).destinations).toEqual([]);
    const secrets = join(env.AMP_CONFIG_DIR!, 'credentials');
    expect(readdirSync(secrets)).toEqual([]);
  });

  test('removing a destination names what still sends there', async () => {
    await addCrm();
    const manifest = `specVersion: 1.0.0
integrations:
  - name: sales
    provider: salesforce
    read:
      objects:
        - {objectName: contact, destination: crm, requiredFields: [{fieldName: id}]}
        - {objectName: lead, destination: other, requiredFields: [{fieldName: id}]}
    watchSchema: {destination: crm, allObjects: {fieldCreated: {enabled: always}}}
`;
    writeFileSync(join(dir, 'amp.yaml'), manifest);
    await amp('destinations', 'add', 'other', '--folder', join(dir, 'other'));
    expect(await amp('deploy', '--yes')).toMatchObject({ code: 0 });
    await amp('notifications', 'routes', 'add', 'connection.error', '--topic', 'alerts', '--destination', 'crm');
    const removed = await amp('destinations', 'remove', 'crm', '--yes');
    expect(removed.stdout).toBe(
      '✓ crm is removed.\n! Still named by sales: read contact, sales: watchSchema, notifications. What\n  they send fails until it is added again.\n',
    );
    expect(await ampJson('destinations', 'remove', 'other', '--yes')).toMatchObject({ usedBy: ['sales: read lead'] });
  });

  test('with -p nothing is done to the local project by mistake', async () => {
    const result = await amp('destinations', 'disable', 'crm', '-p', 'prj_1');
    expect(result).toMatchObject({ code: 64, stdout: '' });
    expect(result.stderr).toContain('local project');
  });

  test('a secret header value is read from a file and never shown', async () => {
    const file = join(dir, 'token');
    writeFileSync(file, 'canary-header-value\n');
    await amp(
      'destinations',
      'add',
      'crm',
      '--url',
      receiver.url,
      '--allow-private-network',
      '--header',
      `X-Api-Key=@${file}`,
    );
    await amp('destinations', 'test', 'crm');
    expect(receiver.received[0]!.headers['x-api-key']).toBe('canary-header-value');
    const shown = await amp('destinations', 'show', 'crm');
    expect(shown.stdout).toContain('X-Api-Key: [secret]');
    const stored = readdirSync(join(dir, '.amp')).map((name) => join(dir, '.amp', name));
    for (const path of stored.filter((name) => name.includes('state.db'))) {
      expect(readFileSync(path).includes('canary-header')).toBe(false);
    }
  });

  test('stored messages go to another address on request, signed, in order, without touching the outbox', async () => {
    const { secret } = await addCrm();
    const ids = storeMessages(3);
    const other = await startReceiver();
    expect(await ampJson('events', 'replay', '--operation', 'op_1', '--to', other.url)).toMatchObject({ delivered: 3 });
    expect(other.received.map(({ id }) => id)).toEqual(ids);
    expect(other.verifies(other.received[0]!, secret)).toBe(true);
    expect((await ampJson('events', 'list', '--state', 'pending')).events).toHaveLength(3);

    mkdirSync(join(dir, 'saved'));
    const file = join(dir, 'saved', `${ids[0]}.json`);
    writeFileSync(file, (await amp('events', 'show', ids[0]!, '--body')).stdout);
    expect(await ampJson('events', 'replay', file, '--destination', 'crm', '--to', other.url)).toMatchObject({
      delivered: 1,
    });
    expect(other.received.at(-1)!.body).toEqual(other.received[0]!.body);
    expect(other.received.at(-1)!.id).toBe(ids[0]);
    await other.close();
  });
});

import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { addDestination, type NewDestination } from '../../src/destinations/add-destination.ts';
import { describeDestination } from '../../src/destinations/describe-destination.ts';
import type { KinesisSettings, S3Settings } from '../../src/destinations/destination.ts';
import { packMessages } from '../../src/destinations/pack.ts';
import { updateDestination } from '../../src/destinations/update-destination.ts';
import { isolatedEnvironment, runAmp } from '../cli/run-amp.ts';
import { type AwsAccount, type AwsReceiver, startAwsReceiver } from '../destinations/aws-receiver.ts';
import { openProject, type Project } from '../destinations/project.ts';

const keys = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY' };
const secretsOf = ({ secretAccessKey, sessionToken }: AwsAccount) => ({
  secretAccessKey,
  ...(sessionToken ? { sessionToken } : {}),
});

const receivers: AwsReceiver[] = [];
afterEach(() => Promise.all(receivers.splice(0).map((receiver) => receiver.close())));

async function receive(service: 'kinesis' | 's3', more: Partial<AwsAccount> = {}) {
  const account: AwsAccount = { ...keys, region: 'eu-central-1', service, ...more };
  const receiver = await startAwsReceiver(account);
  receivers.push(receiver);
  return { receiver, account };
}

const add = (project: Project, input: NewDestination) =>
  addDestination({ db: project.state.db, credentials: async () => project.credentials, clock: project.clock }, input);

const aws = ({ accessKeyId, region }: AwsAccount, endpointUrl: string) => ({
  accessKeyId,
  region,
  endpointUrl,
  allowPrivateNetwork: true,
});

async function addStream(project: Project, more: Partial<AwsAccount> = {}, settings: Partial<KinesisSettings> = {}) {
  const { receiver, account } = await receive('kinesis', more);
  const whole = { ...aws(account, receiver.url), streamName: 'amp-events', ...settings };
  await add(project, { name: 'crm', kind: 'kinesis', settings: whole, secrets: secretsOf(account) });
  return receiver;
}

async function addBucket(project: Project, more: Partial<AwsAccount> = {}, settings: Partial<S3Settings> = {}) {
  const { receiver, account } = await receive('s3', more);
  const whole = { ...aws(account, receiver.url), bucket: 'acme-lake', storageClass: 'STANDARD', ...settings };
  const { destination } = await add(project, {
    name: 'crm',
    kind: 's3',
    settings: whole,
    secrets: secretsOf(account),
  });
  return { receiver, destination };
}

const envelope = {
  action: 'read',
  projectId: 'lin_7',
  provider: 'salesforce',
  groupRef: 'quayline',
  installationId: 'ins_41',
  objectName: 'deal',
  operationId: 'op_90',
};
const message = (more: object = {}) => Buffer.from(JSON.stringify({ ...envelope, result: [{ big: 1 }], ...more }));
const exactBody = Buffer.from(`{"action":"read","projectId":"lin_7","result":[{"raw":{"N":12345678901234567890.10}}]}`);

interface PutRecord {
  StreamName: string;
  PartitionKey: string;
  data: string;
}

const recordsOf = (receiver: AwsReceiver): PutRecord[] =>
  receiver.received.map(({ body }) => {
    const { StreamName, PartitionKey, Data } = JSON.parse(body.toString()) as Record<string, string>;
    return { StreamName: StreamName!, PartitionKey: PartitionKey!, data: Buffer.from(Data!, 'base64').toString() };
  });

describe('Amazon Kinesis', () => {
  test('DEST-11 a record has metadata and data with the very bytes of the message, and the message id is the key', async () => {
    const project = openProject();
    const receiver = await addStream(project);
    const [sent] = project.store([{ body: exactBody, operationId: 'op_90' }]);
    expect(await project.deliver()).toMatchObject({ delivered: 1, pending: 0 });
    expect(receiver.refused).toEqual([]);
    const [record] = recordsOf(receiver);
    expect(record).toMatchObject({ StreamName: 'amp-events', PartitionKey: sent!.id });
    expect(record!.data.endsWith(`,"data":${exactBody}}`)).toBe(true);
    expect(JSON.parse(record!.data).metadata).toMatchObject({
      'event-id': sent!.id,
      topic: 'read',
      projectId: 'lin_7',
      timestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
    });
    expect(receiver.received[0]!.headers).toMatchObject({
      'x-amz-target': 'Kinesis_20131202.PutRecord',
      'content-type': 'application/x-amz-json-1.1',
    });
  });

  test('DEST-11 a template makes the key, temporary credentials are sent along, and a message without the field keeps its id', async () => {
    const project = openProject();
    const partitionKeyTemplate = "join('-', [data.provider, data.installationId])";
    const receiver = await addStream(project, { sessionToken: 'temporary/token==' }, { partitionKeyTemplate });
    const stored = project.store([{ body: message() }, { body: Buffer.from('{"action":"test"}') }]);
    await project.deliver();
    expect(receiver.refused).toEqual([]);
    expect(recordsOf(receiver).map(({ PartitionKey }) => PartitionKey)).toEqual(['salesforce-ins_41', stored[1]!.id]);
  });

  test('DEST-11 a notification is its data, with its type as the topic', async () => {
    const project = openProject();
    const receiver = await addStream(project);
    const data = { projectId: 'lin_7', installationId: 'ins_41', connectionId: 'con_1', objectName: 'deal' };
    project.store([
      {
        topic: 'read.backfill.done',
        body: Buffer.from(JSON.stringify({ notificationType: 'read.backfill.done', data })),
      },
    ]);
    await project.deliver();
    const record = JSON.parse(recordsOf(receiver)[0]!.data);
    expect(record.data).toEqual(data);
    expect(record.metadata).toMatchObject({ topic: 'read.backfill.done', connectionId: 'con_1', objectName: 'deal' });
  });

  test.each([
    ['join(', 'is not JMESPath'],
    ['data.grupRef', 'gives no usable text'],
    ['data.result', 'gives no usable text'],
    ['shorten(data.groupRef)', 'gives no usable text'],
  ])('DEST-11 the template %s is refused when the destination is made', async (partitionKeyTemplate, why) => {
    const project = openProject();
    await expect(addStream(project, {}, { partitionKeyTemplate })).rejects.toMatchObject({
      code: 'destination-template',
      message: expect.stringContaining(why),
    });
    expect(project.state.db.prepare('SELECT count(*) AS count FROM destinations').get()).toEqual({ count: 0 });
  });

  test('DEST-11 a throttled stream is tried again with the same record, another secret is refused', async () => {
    const project = openProject();
    const receiver = await addStream(project);
    const [sent] = project.store([{ body: message() }]);
    let throttled = 0;
    receiver.answer = (_, response) => {
      if (throttled++ === 0) response.writeHead(400).end('{"__type":"ProvisionedThroughputExceededException"}');
      else response.writeHead(200).end('{}');
    };
    expect(await project.deliver()).toMatchObject({ delivered: 1 });
    const [first, second] = recordsOf(receiver);
    expect(second).toEqual(first);
    const failures = project.state.db.prepare('SELECT message_id, reason FROM delivery_failures').all();
    expect(failures).toEqual([{ message_id: sent!.id, reason: 'HTTP 400 ProvisionedThroughputExceededException' }]);

    await updateDestination(
      { db: project.state.db, clock: project.clock, credentials: async () => project.credentials },
      'crm',
      { secrets: { secretAccessKey: 'another' } },
    );
    project.store([{ body: message() }]);
    await project.deliver();
    expect(receiver.refused).toContain('the signature differs');
  });

  test('DEST-12 a record of up to a megabyte is inside, a larger one is a URL', async () => {
    const project = openProject();
    const receiver = await addStream(project);
    const record = (bytes: number) => Buffer.from(JSON.stringify({ text: 'ü'.repeat(bytes / 2) }));
    for (const size of [600_000, 1_100_000]) {
      project.store([...packMessages(envelope, [record(size)])].map((packed) => ({ ...packed })));
    }
    await project.deliver({ downloadBaseUrl: 'http://127.0.0.1:1' });
    const [inside, offered] = recordsOf(receiver).map(({ data }) => JSON.parse(data).data);
    expect(inside.resultInfo).toEqual({ type: 'inline', numRecords: 1 });
    expect(inside.result[0].text).toHaveLength(300_000);
    expect(offered.resultInfo).toEqual({
      type: 'url',
      numRecords: 1,
      downloadUrl: expect.stringContaining('/downloads/'),
    });
    expect(offered).not.toHaveProperty('result');
    for (const { body } of receiver.received) expect(body.length).toBeLessThan(1_400_000);
  });
});

describe('Amazon S3', () => {
  test('DEST-13 an object is the bare message, with nine names of metadata, under stamp and event id', async () => {
    const project = openProject();
    project.state.db.exec(
      `INSERT INTO revisions VALUES (1, 'rev_1', 'hash', '', '{}', '[]', 'me', NULL, NULL, '2026-01-01T00:00:00.000Z');
       INSERT INTO installations VALUES ('ins_41', 'crm', 'quayline', 'Quayline', NULL, NULL, '00D1:0051', '{}', 'active', NULL,
         '[]', '[]', 1, '2026-01-01T00:00:00.000Z', '2026-01-01T00:00:00.000Z')`,
    );
    const { receiver, destination } = await addBucket(project);
    const body = message({ objectName: 'größe' });
    const [sent] = project.store([{ body }]);
    expect(await project.deliver()).toMatchObject({ delivered: 1 });
    expect(receiver.refused).toEqual([]);
    const [put] = receiver.received;
    expect(put!.method).toBe('PUT');
    expect(put!.body.equals(body)).toBe(true);
    const timestamp = put!.headers['x-amz-meta-timestamp'] as string;
    expect(decodeURIComponent(put!.path)).toBe(`/acme-lake/${timestamp}_${sent!.id}.json`);
    const named = Object.entries(put!.headers).filter(([name]) => name.startsWith('x-amz-meta-'));
    expect(Object.fromEntries(named)).toEqual({
      'x-amz-meta-projectid': 'lin_7',
      'x-amz-meta-installationid': 'ins_41',
      'x-amz-meta-connectionid': '00D1:0051',
      'x-amz-meta-destinationid': destination.id,
      'x-amz-meta-operationid': 'op_90',
      'x-amz-meta-objectname': `=?UTF-8?B?${Buffer.from('größe').toString('base64')}?=`,
      'x-amz-meta-event-id': sent!.id,
      'x-amz-meta-timestamp': expect.stringMatching(/^\d{4}-\d\d-\d\dT/),
      'x-amz-meta-topic': 'read',
    });
    expect(put!.headers).toMatchObject({ 'content-type': 'application/json', 'x-amz-storage-class': 'STANDARD' });
  });

  test('DEST-13 a template makes the key of metadata, time and data; odd characters are signed as they travel', async () => {
    const project = openProject();
    const keyTemplate = `join('/', ['in & out (1)+', time.year, time.month, data.groupRef, join('', [metadata."event-id", '.json'])])`;
    const { receiver } = await addBucket(project, {}, { keyTemplate, storageClass: 'STANDARD_IA' });
    const [sent] = project.store([{ body: message({ groupRef: 'Zoë/?#' }) }]);
    expect(await project.deliver()).toMatchObject({ delivered: 1 });
    expect(receiver.refused).toEqual([]);
    const now = new Date();
    const [year, month] = [String(now.getUTCFullYear()), String(now.getUTCMonth() + 1).padStart(2, '0')];
    expect(decodeURIComponent(receiver.received[0]!.path)).toBe(
      `/acme-lake/in & out (1)+/${year}/${month}/Zoë/?#/${sent!.id}.json`,
    );
    expect(receiver.received[0]!.headers['x-amz-storage-class']).toBe('STANDARD_IA');
  });

  test('DEST-13 an object has no size rule: a record of two megabytes is inside', async () => {
    const project = openProject();
    const { receiver } = await addBucket(project);
    const record = Buffer.from(JSON.stringify({ text: 'x'.repeat(2_000_000) }));
    project.store([...packMessages(envelope, [record])].map((packed) => ({ ...packed })));
    expect(await project.deliver({ downloadBaseUrl: 'http://127.0.0.1:1' })).toMatchObject({ delivered: 1 });
    const whole = JSON.parse(receiver.received[0]!.body.toString());
    expect(whole.resultInfo).toEqual({ type: 'inline', numRecords: 1 });
    expect(whole.result[0].text).toHaveLength(2_000_000);
  });

  test('DEST-13 the same object is written again after a failure, and the reason is the code S3 gave', async () => {
    const project = openProject();
    const { receiver } = await addBucket(project);
    project.store([{ body: message() }]);
    let answers = 0;
    receiver.answer = (_, response) => {
      if (answers++ === 0) response.writeHead(503).end('<Error><Code>SlowDown</Code></Error>');
      else response.writeHead(200).end();
    };
    expect(await project.deliver()).toMatchObject({ delivered: 1 });
    expect(receiver.received[1]!.path).toBe(receiver.received[0]!.path);
    const failures = project.state.db.prepare('SELECT reason FROM delivery_failures').all();
    expect(failures).toEqual([{ reason: 'HTTP 503 SlowDown' }]);
  });

  test.each([
    [{ bucket: 'Not_A_Bucket' }, 'destination-settings'],
    [{ region: 'Frankfurt' }, 'destination-settings'],
    [{ storageClass: 'COLD' }, 'destination-settings'],
    [{ keyTemplate: 'time.' }, 'destination-template'],
    [{ keyTemplate: "'../escape'" }, 'destination-template'],
    [{ endpointUrl: 'http://169.254.169.254/' }, 'destination-url-refused'],
  ])('DEST-13 %j is refused when the destination is made', async (settings, code) => {
    await expect(addBucket(openProject(), {}, settings)).rejects.toMatchObject({ code });
  });
});

describe('AWS destinations on the command line', () => {
  function newProject(): { dir: string; env: Record<string, string> } {
    const dir = mkdtempSync(join(tmpdir(), 'amp-project-'));
    writeFileSync(join(dir, 'amp.yaml'), 'specVersion: 1.0.0\nintegrations: []\n');
    const keyFile = join(mkdtempSync(join(tmpdir(), 'amp-key-')), 'key');
    writeFileSync(keyFile, `${'k'.repeat(43)}=\n`, { mode: 0o600 });
    return {
      dir,
      env: { ...isolatedEnvironment(), AMP_CREDENTIAL_STORE: 'file', AMP_CREDENTIAL_KEY_FILE: keyFile },
    };
  }

  test('DEST-11 DEST-13 a stream and a bucket are added, tested, changed and removed; the key is nowhere in the project', async () => {
    const { dir, env } = newProject();
    const { receiver } = await receive('s3');
    const amp = (args: string[], input = '') => runAmp(['destinations', ...args], { cwd: dir, env, input });
    const added = await amp(
      [
        ...['add', 'lake', '--s3', 'acme-lake', '--region', 'eu-central-1', '--access-key-id', keys.accessKeyId],
        ...['--secret-access-key', '-', '--endpoint-url', receiver.url, '--allow-private-network', '--json'],
      ],
      `${keys.secretAccessKey}\n`,
    );
    expect(added.stderr).toBe('');
    expect(JSON.parse(added.stdout).destination).toMatchObject({ kind: 's3', settings: { bucket: 'acme-lake' } });
    const tested = await amp(['test', 'lake']);
    expect(tested.stdout).toContain('lake accepted');
    expect(receiver.received).toHaveLength(1);

    const changed = await amp(['update', 'lake', '--object-key', 'metadata."event-id"', '--json']);
    expect(JSON.parse(changed.stdout)).toMatchObject({ keyTemplate: 'metadata."event-id"', bucket: 'acme-lake' });
    expect((await amp(['test', 'lake'])).code).toBe(0);
    expect(receiver.received[1]!.path).toMatch(/^\/acme-lake\/msg_\w+$/);
    const shown = await amp(['show', 'lake']);
    expect(shown.stdout).toContain('s3://acme-lake');
    expect((await amp(['list'])).stdout).toContain('s3://acme-lake');

    for (const file of readdirSync(join(dir, '.amp'), { recursive: true, withFileTypes: true })) {
      if (file.isFile())
        expect(readFileSync(join(file.parentPath, file.name)).includes(keys.secretAccessKey)).toBe(false);
    }
    expect((await amp(['rotate-secret', 'lake'])).stderr).toContain('[destination-kind]');
    expect(JSON.parse((await amp(['remove', 'lake', '--yes', '--json'])).stdout)).toMatchObject({ removed: true });
  });

  test('DEST-11 a secret on the command line and a bad template are refused', async () => {
    const { dir, env } = newProject();
    const add = ['destinations', 'add', 'stream', '--kinesis', 'events', '--region', 'eu-central-1'];
    const withKey = [...add, '--access-key-id', 'AKIDEXAMPLE'];
    const plain = await runAmp([...withKey, '--secret-access-key', keys.secretAccessKey], { cwd: dir, env });
    expect(plain.code).toBe(64);
    expect(plain.stderr).not.toContain(keys.secretAccessKey);
    const template = await runAmp([...withKey, '--secret-access-key', '-', '--partition-key', 'data.'], {
      cwd: dir,
      env,
      input: 'x',
    });
    expect(template.stderr).toContain('[destination-template]');
    expect((await runAmp(add, { cwd: dir, env })).code).toBe(64);
  });

  test('a webhook moves to another address with its messages, its secret and its other headers', async () => {
    const project = openProject();
    const { id, secret } = await project.addWebhook('crm', 'http://127.0.0.1:9/old', {
      'x-one': '1',
      authorization: 'Bearer a',
    });
    const world = { db: project.state.db, clock: project.clock, credentials: async () => project.credentials };
    const changed = await updateDestination(world, 'crm', {
      webhook: { url: 'http://127.0.0.1:9/new', headers: { Authorization: '', 'x-two': '2' } },
    });
    expect(describeDestination(project.state.db, changed)).toMatchObject({
      id,
      url: 'http://127.0.0.1:9/new',
      headers: { 'x-one': '1', 'x-two': '2' },
    });
    const kept = JSON.parse((await project.credentials.get(`destination:${id}`))!.reveal());
    expect(kept).toMatchObject({ current: secret, headers: {} });
    await expect(updateDestination(world, 'crm', { aws: { bucket: 'x' } })).rejects.toMatchObject({
      code: 'destination-kind',
    });
  });
});

import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Secret } from '../../src/credentials/secret.ts';
import { callProxy, projectId, searchRecords, writeRecords } from '../../src/environments/hosted/data-plane.ts';
import { createHostedApi, type HostedApi } from '../../src/environments/hosted/hosted-api.ts';
import { systemClock } from '../../src/platform/clock.ts';
import { createHttp, type Http } from '../../src/platform/http.ts';
import { type HostedProject, hostedInstallation, hostedProject } from '../hosted/hosted-amp.ts';
import { apiKey, type Platform, startPlatform } from '../hosted/platform.ts';

let platform: Platform;
let project: HostedProject;
let http: Http;
let api: HostedApi;

beforeEach(async () => {
  platform = await startPlatform({ installations: [hostedInstallation('pipelineSync', 'acme', ['lead'])] });
  project = hostedProject(platform);
  http = createHttp();
  api = createHostedApi({
    config: { apiUrl: platform.url, env: {} },
    project: 'dev',
    key: new Secret(apiKey),
    http,
    clock: systemClock,
    signal: new AbortController().signal,
    client: 'amp-cli/test',
    debug: () => {},
    random: () => 0.5,
  });
  await project.amp(['deploy', '--yes']);
  platform.requests.length = 0;
});

afterEach(async () => {
  await http.close();
  await platform.close();
});

const sent = (method: string) => {
  const request = platform.requests.find(({ line }) => line.startsWith(method))!;
  return {
    line: request.line,
    headers: request.headers,
    body: JSON.parse(request.body.toString() || 'null') as unknown,
  };
};

describe('operations and logs of a hosted project', () => {
  test('DEPLOY-27 pages are followed until done, and --limit stops early', async () => {
    platform.state.operations = Array.from({ length: 450 }, (_, i) => ({
      id: `op-${i}`,
      actionType: 'read',
      status: 'success',
      result: '[deal] No new data found',
      createTime: new Date(Date.UTC(2026, 0, 1) + ((i * 7919) % 450) * 60_000).toISOString(),
    }));
    const all = await project.amp(['operations', '--group', 'acme', '--limit', '1000', '--json']);
    expect(all.stderr).toBe('');
    const { operations } = JSON.parse(all.stdout) as { operations: { id: string; createTime: string }[] };
    expect(new Set(operations.map(({ id }) => id)).size).toBe(450);
    const times = operations.map(({ createTime }) => createTime);
    expect(times).toEqual([...times].sort().reverse());
    expect(platform.requests.filter(({ line }) => line.includes('/operations?'))).toHaveLength(3);
    platform.requests.length = 0;
    const some = await project.amp(['operations', '--group', 'acme', '--limit', '10', '--json']);
    expect((JSON.parse(some.stdout) as { operations: unknown[] }).operations).toHaveLength(10);
    expect(platform.requests.filter(({ line }) => line.includes('/operations?'))).toHaveLength(1);
  });

  test('DEPLOY-28 an error that is text and one that is an object are both readable', async () => {
    platform.state.logs['op-1'] = [
      {
        timestamp: '2026-02-03T09:16:00Z',
        severity: 'ERROR',
        message: {
          msg: 'Second',
          error: {
            title: 'Token refresh refused',
            detail: 'expired',
            status: 400,
            causes: ['invalid_grant'],
            remedy: 'amp org login',
          },
        },
      },
      {
        timestamp: '2026-02-03T09:15:00Z',
        severity: 'ERROR',
        message: { msg: 'First', error: 'plain words', operation_id: 'op-1' },
      },
      { timestamp: '2026-02-03T09:17:00Z', severity: 'INFO', message: { msg: 'Third', error: null } },
    ];
    const { code, stdout } = await project.amp(['logs', 'op-1']);
    expect(code).toBe(0);
    for (const part of [
      'plain words',
      'Token refresh refused: expired (HTTP 400)',
      'because invalid_grant',
      'help: amp org login',
    ]) {
      expect(stdout).toContain(part);
    }
    expect(stdout.indexOf('First')).toBeLessThan(stdout.indexOf('Second'));
    expect(stdout).not.toContain('[object Object]');
    const json = await project.amp(['logs', 'op-1', '--json']);
    const lines = json.stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as { type: string });
    expect(lines.map(({ type }) => type)).toEqual(['log', 'log', 'log', 'summary']);
  });
});

describe('the data planes', () => {
  test('DEPLOY-29 a trigger read posts group, mode and times to the id behind a typed name', async () => {
    const { code, stdout } = await project.amp([
      'read',
      'opportunity',
      '-i',
      'pipelineSync',
      '--group',
      'acme',
      '--since',
      '2026-01-31T10:00:00Z',
      '--json',
    ]);
    expect([code, JSON.parse(stdout)]).toEqual([0, { operationId: 'op-read-1' }]);
    expect(sent('POST')).toMatchObject({
      line: 'POST /v1/projects/dev/integrations/int-pipelineSync/objects/opportunity',
      body: { groupRef: 'acme', mode: 'async', sinceTimestamp: '2026-01-31T10:00:00.000Z' },
    });
    platform.requests.length = 0;
    await project.amp(['read', 'lead', '--group', 'acme']);
    expect(sent('POST').body).toEqual({ groupRef: 'acme', mode: 'async' });
  });

  test('DEPLOY-30 a batch always says whether it is all or nothing', async () => {
    const batch = [{ record: { stage: 'Won' } }, { record: { stage: 'Lost' } }];
    await writeRecords(api, {
      integration: 'pipelineSync',
      object: 'opportunity',
      body: { groupRef: 'acme', type: 'create', batch },
    });
    expect(sent('POST').body).toEqual({ groupRef: 'acme', type: 'create', batch, batchPolicy: { allOrNone: true } });
    platform.requests.length = 0;
    const policy = { allOrNone: false };
    await writeRecords(api, {
      integration: 'pipelineSync',
      object: 'opportunity',
      body: { groupRef: 'acme', type: 'create', batch, batchPolicy: policy },
    });
    expect(sent('POST').body).toMatchObject({ batchPolicy: policy });
  });

  test('DEPLOY-30 a failed write is an answer with its errors, a refused request is an error', async () => {
    const write = {
      integration: 'pipelineSync',
      object: 'opportunity',
      body: { groupRef: 'acme', type: 'create', record: {} },
    };
    platform.answerNext(/^POST/, { status: 422, body: '{"operationId":"op-2","errors":[{"message":"Required"}]}' });
    expect(await writeRecords(api, write)).toMatchObject({ status: 422, body: { operationId: 'op-2' } });
    platform.answerNext(/^POST/, { status: 400, headers: { 'content-type': 'text/plain' }, body: 'record is missing' });
    await expect(writeRecords(api, write)).rejects.toMatchObject({
      message: expect.stringContaining('record is missing'),
    });
  });

  test.each(['result', 'results'] as const)('DEPLOY-31 rows under "%s" are found', async (key) => {
    platform.state.searchKey = key;
    const search = { integration: 'pipelineSync', groupRef: 'acme', objectName: 'lead', fieldFilters: [] };
    expect(await searchRecords(api, search)).toHaveLength(1);
    expect(sent('POST').headers['x-amp-request-type']).toBe('search');
  });

  test('DEPLOY-32 the proxy is told on whose behalf, by installation or by integration and group', async () => {
    const id = await projectId(api);
    const call = { method: 'GET', path: '/services/data?x=1', headers: {} };
    const targets = [{ installationId: 'ins-acme' }, { integrationName: 'pipelineSync', groupRef: 'acme' }];
    for (const target of targets) {
      const answer = await callProxy(api, id, { ...call, target });
      expect(JSON.parse(answer.body.toString())).toEqual({ proxied: 'GET /services/data?x=1' });
    }
    const [, byInstallation, byGroup] = platform.requests;
    expect(byInstallation!.headers).toMatchObject({
      'x-amp-proxy-version': '1',
      'x-amp-project-id': 'prj-1',
      'x-amp-installation-id': 'ins-acme',
    });
    expect(byGroup!.headers).toMatchObject({ 'x-amp-integration-name': 'pipelineSync', 'x-amp-group-ref': 'acme' });
  });

  test('DEPLOY-31 DEPLOY-32 amp search and amp proxy ask the platform with -p', async () => {
    const found = await project.amp([
      'search',
      'lead',
      '--where',
      'email=ada@example.com',
      '--group',
      'acme',
      '--json',
    ]);
    expect([found.code, JSON.parse(found.stdout)]).toMatchObject([0, { result: [{ id: '001' }] }]);
    expect(sent('POST')).toMatchObject({
      line: 'POST /v1/projects/dev/integrations/int-pipelineSync?groupRef=acme',
      body: { objectName: 'lead', fieldFilters: [{ fieldName: 'email', operator: 'eq', value: 'ada@example.com' }] },
    });
    const called = await project.amp(['proxy', 'GET', '/services/data?x=1', '--group', 'acme']);
    expect([called.code, JSON.parse(called.stdout)]).toEqual([0, { proxied: 'GET /services/data?x=1' }]);
    expect(platform.requests.at(-1)!.headers['x-amp-installation-id']).toBe('ins-acme');
    await project.amp(['proxy', 'GET', '/x', '--group', 'acme', '-i', 'pipelineSync']);
    expect(platform.requests.at(-1)!.headers).toMatchObject({
      'x-amp-integration-name': 'pipelineSync',
      'x-amp-group-ref': 'acme',
    });
  });

  test('a command without a counterpart on the platform refuses -p instead of acting here', async () => {
    for (const args of [
      ['revisions'],
      ['rollback', '1'],
      ['installations', 'update', 'acme'],
      ['install', 'x', '-g', 'a'],
    ]) {
      expect([args[0], (await project.amp(args)).code]).toEqual([args[0], 64]);
    }
  });

  test('DEPLOY-33 chosen objects are paused with a note; doing it twice is fine', async () => {
    for (const _ of ['once', 'twice']) {
      const { code } = await project.amp(['installations', 'pause', 'acme', '--object', 'lead', '--note', 'Migration']);
      expect(code).toBe(0);
    }
    expect(sent('POST')).toMatchObject({
      line: 'POST /v1/projects/dev/integrations/int-pipelineSync/installations/ins-acme:pause',
      body: { objects: ['lead'], note: 'Migration' },
    });
    expect((await project.amp(['installations', 'resume', 'acme'])).code).toBe(0);
  });

  test('a webhook is added to the project, its secret shown on request, rotated once and removed by its id', async () => {
    const url = 'https://example.com/webhooks/amp';
    const added = await project.amp(['destinations', 'add', 'hooks', '--url', url, '--header', 'x-team=crm', '--json']);
    expect(JSON.parse(added.stdout)).toMatchObject({ destination: { name: 'hooks' }, secret: 'whsec_FAKE1' });
    expect(sent('POST')).toMatchObject({
      line: 'POST /v1/projects/dev/destinations',
      body: { name: 'hooks', type: 'webhook', metadata: { url, headers: { 'x-team': 'crm' } } },
    });
    expect((await project.amp(['destinations', 'show', 'hooks'])).stdout).not.toContain('whsec_');
    const shown = await project.amp(['destinations', 'show', 'hooks', '--reveal', '--json']);
    expect(JSON.parse(shown.stdout).secret).toBe('whsec_FAKE1');
    const rotated = await project.amp(['destinations', 'rotate-secret', 'hooks']);
    expect([rotated.code, rotated.stdout]).toEqual([0, expect.stringContaining('whsec_FAKE2')]);
    const moved = await project.amp(['destinations', 'update', 'hooks', '--url', `${url}/2`, '--json']);
    expect(JSON.parse(moved.stdout).destination.metadata).toEqual({ url: `${url}/2`, headers: { 'x-team': 'crm' } });
    expect((await project.amp(['destinations', 'remove', 'hooks'])).code).toBe(64);
    expect((await project.amp(['destinations', 'remove', 'hooks', '--yes'])).code).toBe(0);
    expect(platform.state.destinations.map(({ name }) => name)).toEqual(['crmEvents']);
  });

  test('a Kinesis stream is added with its key apart from its settings', async () => {
    const flags = ['--kinesis', 'amp-events', '--region', 'eu-central-1', '--access-key-id', 'AKIAFAKE'];
    const added = await project.amp(['destinations', 'add', 'stream', ...flags, '--secret-access-key', '-'], {
      input: 'FAKE-secret\n',
    });
    expect([added.code, added.stdout]).toEqual([0, expect.not.stringContaining('secret')]);
    expect(sent('POST').body).toEqual({
      name: 'stream',
      type: 'kinesis',
      metadata: { region: 'eu-central-1', streamName: 'amp-events' },
      secrets: { awsKeyId: 'AKIAFAKE', awsSecretKey: 'FAKE-secret' },
    });
  });

  test('a rotation whose answer is lost is not repeated: that would end the key receivers know', async () => {
    platform.answerNext(/rotate=true/, { status: 503, body: '' });
    expect((await project.amp(['destinations', 'rotate-secret', 'crmEvents'])).code).toBe(1);
    expect(platform.requests.filter(({ line }) => line.includes('rotate=true'))).toHaveLength(1);
  });

  test('what a hosted project cannot have or do is refused before anything is sent', async () => {
    const refused = async (...args: string[]) => {
      const { code, stderr } = await project.amp(['destinations', ...args]);
      expect(code).toBe(64);
      return stderr;
    };
    expect(await refused('add', 'out', '--folder', 'messages')).toContain('take webhooks and Kinesis streams');
    expect(await refused('update', 'crmEvents', '--folder', 'messages')).toContain('can be changed');
    expect(await refused('add', 'my_hooks', '--url', 'https://example.com/')).toContain('letters, digits and dashes');
    expect(await refused('add', 'hooks', '--url', 'http://example.com/')).toContain('https');
    for (const verb of ['test', 'enable', 'disable']) expect(await refused(verb, 'crmEvents')).toContain('-p');
    expect(platform.requests).toEqual([]);
  });

  test('installations and destinations of the project are listed, shown and removed', async () => {
    expect((await project.amp(['installations'])).stdout).toContain('ACME');
    expect(JSON.parse((await project.amp(['installations', 'show', 'acme', '--json'])).stdout)).toMatchObject({
      id: 'ins-acme',
    });
    expect((await project.amp(['destinations'])).stdout).toContain('crmEvents');
    expect((await project.amp(['installations', 'remove', 'acme'])).code).toBe(64);
    expect((await project.amp(['installations', 'remove', 'acme', '--yes'])).code).toBe(0);
    expect(platform.state.installations).toEqual([]);
  });
});

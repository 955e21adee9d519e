import { mkdirSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import {
  type HostedProject,
  hostedInstallation,
  hostedProject,
  manifestText,
  withoutLead,
} from '../hosted/hosted-amp.ts';
import { apiKey, type Platform, startPlatform } from '../hosted/platform.ts';

let platform: Platform;
let project: HostedProject;

beforeEach(async () => {
  platform = await startPlatform();
  project = hostedProject(platform);
});

afterEach(() => platform.close());

const linesOf = (method: string) =>
  platform.requests.filter(({ line }) => line.startsWith(method)).map(({ line }) => line);
const puts = () => platform.requests.filter(({ line }) => line.startsWith('PUT'));

async function deployed(text = manifestText): Promise<void> {
  project.write(text);
  expect((await project.amp(['deploy', '--yes'])).code).toBe(0);
  platform.requests.length = 0;
}

describe('deploying to a hosted project', () => {
  test('DEPLOY-11 a validation error ends a deploy before any network call', async () => {
    project.write(manifestText.replace('*/30 * * * *', 'often'));
    const { code, stderr } = await project.amp(['deploy', '--yes']);
    expect(code).toBe(1);
    expect(stderr).toContain('schedule-syntax');
    expect(platform.requests).toEqual([]);
  });

  test('DEPLOY-12 one PUT carries the exact bytes of the file and the key', async () => {
    const { code, stdout } = await project.amp(['deploy']);
    expect(code).toBe(0);
    expect(stdout).toContain('int-pipelineSync');
    const [put, ...more] = puts();
    expect(more).toEqual([]);
    expect(put!.line).toBe('PUT /v1/projects/dev/integrations:batch');
    expect(put!.headers['x-api-key']).toBe(apiKey);
    expect(JSON.parse(put!.body.toString('utf8'))).toEqual({ sourceYaml: manifestText });
    expect(put!.headers['x-amp-client']).toMatch(/^amp-cli\//);
  });

  test('DEPLOY-12 destructive is sent for stop and for nothing else', async () => {
    await deployed();
    platform.state.installations = [hostedInstallation('pipelineSync', 'acme', ['lead', 'opportunity'])];
    project.write(withoutLead);
    expect((await project.amp(['deploy'])).code).toBe(64);
    expect(puts()).toEqual([]);
    expect((await project.amp(['deploy', '--on-removed', 'stop'])).code).toBe(0);
    expect(puts().map(({ line }) => line)).toEqual(['PUT /v1/projects/dev/integrations:batch?destructive=true']);
    await deployed();
    project.write(withoutLead);
    expect((await project.amp(['deploy', '--yes'])).code).toBe(0);
    expect(puts().map(({ line }) => line)).toEqual(['PUT /v1/projects/dev/integrations:batch']);
  });

  test('DEPLOY-3 DEPLOY-6 an unchanged file makes no PUT', async () => {
    await deployed();
    project.write(`# another comment\n${manifestText}`);
    const { code, stdout } = await project.amp(['deploy']);
    expect([code, puts()]).toEqual([0, []]);
    expect(stdout).toContain('No changes');
  });

  test.each(['integrations', 'installations', 'destinations'])(
    'DEPLOY-13 when %s cannot be listed nothing is deployed',
    async (list) => {
      platform.answerNext(new RegExp(`GET /v1/projects/dev/${list}$`), { status: 403, body: '{"title":"Forbidden"}' });
      const { code, stderr } = await project.amp(['deploy', '--yes']);
      expect(code).toBe(1);
      expect(stderr).toContain('Forbidden');
      expect(puts()).toEqual([]);
    },
  );

  test('DEPLOY-13 a list that is no list stops a deploy too', async () => {
    platform.answerNext(/GET \/v1\/projects\/dev\/installations$/, { status: 200, body: '{"message":"ok"}' });
    const { code, stderr } = await project.amp(['deploy', '--yes']);
    expect([code, puts()]).toEqual([1, []]);
    expect(stderr).toContain('hosted-answer-invalid');
  });

  test('DEPLOY-14 integrations the file does not name are listed as unmanaged and stay', async () => {
    await deployed(manifestText.replace('pipelineSync', 'legacy'));
    project.write(manifestText);
    const { code, stdout } = await project.amp(['deploy', '--json']);
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ unmanaged: ['legacy'], changed: true });
    expect(platform.state.integrations.map(({ name }) => name)).toEqual(['legacy', 'pipelineSync']);
  });

  test('DEPLOY-15 a 422 shows title, detail, every issue, remedy and request id', async () => {
    platform.answerNext(/^PUT/, {
      status: 422,
      headers: { 'content-type': 'application/problem+json' },
      body: JSON.stringify({
        title: 'Manifest refused',
        detail: 'Two faults.',
        remedy: 'Correct them.',
        requestId: 'req_5c',
        causes: ['the schedule is too frequent'],
        issues: [
          { in: 'body', name: 'integrations[0].name', value: 'x', detail: 'is taken' },
          { in: 'query', name: 'destructive', value: 'maybe', title: 'not a boolean' },
        ],
      }),
    });
    const { code, stdout, stderr } = await project.amp(['deploy', '--yes']);
    expect([code, stdout]).toEqual([1, '']);
    for (const part of ['Manifest refused', 'Two faults.', 'Correct them.', 'req_5c', 'the schedule is too frequent']) {
      expect(stderr).toContain(part);
    }
    expect(stderr).toMatch(/body integrations\[0\]\.name = "x": is taken/);
    expect(stderr).toMatch(/query destructive = "maybe": not a boolean/);
  });

  test.each([
    ['text', 'text/plain', 'upstream is on fire', 'upstream is on fire'],
    ['nothing', 'text/plain', '', 'an empty answer'],
    [
      'a web page',
      'text/html',
      '<html><head><title>502 Bad Gateway</title></head><body>x</body></html>',
      '502 Bad Gateway',
    ],
    ['broken JSON', 'application/json', '{"title":', '{"title":'],
    ['a JSON list', 'application/json', '[1]', '[1]'],
  ])('DEPLOY-16 an error answer of %s is shown with its status', async (_, type, body, shown) => {
    platform.answerNext(/^PUT/, { status: 500, headers: { 'content-type': type }, body });
    const { code, stderr } = await project.amp(['deploy', '--yes']);
    expect(code).toBe(1);
    expect(stderr).toContain('HTTP 500');
    expect(stderr.replaceAll(/\s+/g, ' ')).toContain(shown);
  });

  test('DEPLOY-17 DEPLOY-18 the zip is the same at any time, and its upload carries no key', async () => {
    expect((await project.amp(['deploy', '--upload', 'zip'])).code).toBe(0);
    const [upload, batch] = puts();
    expect(upload!.line).toMatch(/^PUT \/storage\//);
    expect(upload!.headers['content-md5']).toBeDefined();
    expect(upload!.headers.authorization ?? upload!.headers['x-api-key']).toBeUndefined();
    expect(JSON.parse(batch!.body.toString())).toEqual({ sourceZipUrl: 'gs://amp-bucket/up 1.zip' });
    expect(platform.state.integrations.map(({ name }) => name)).toEqual(['pipelineSync']);

    platform.state.integrations = [];
    utimesSync(join(project.dir, 'amp.yaml'), new Date(0), new Date('2001-09-09T01:46:40Z'));
    expect((await project.amp(['deploy', '--upload', 'zip'])).code).toBe(0);
    const again = puts()[2]!;
    expect(again.body.equals(upload!.body)).toBe(true);
    expect(again.headers['content-md5']).toBe(upload!.headers['content-md5']);
  });

  test('DEPLOY-18 a file refused for its size goes as a zip by itself', async () => {
    platform.answerNext(/integrations:batch/, { status: 413, body: '{"title":"Too large"}' });
    expect((await project.amp(['deploy'])).code).toBe(0);
    expect(puts().map(({ line }) => line.split('?')[0])).toEqual([
      'PUT /v1/projects/dev/integrations:batch',
      'PUT /storage/up%201.zip',
      'PUT /v1/projects/dev/integrations:batch',
    ]);
  });

  test('DEPLOY-19 every path segment is percent-encoded', async () => {
    const name = 'a b/c?d%e#f';
    platform.state.project = { id: 'prj-1', name };
    expect((await project.amp(['deploy'], { project: name })).code).toBe(0);
    expect(puts()[0]!.line).toBe('PUT /v1/projects/a%20b%2Fc%3Fd%25e%23f/integrations:batch');
    const { code, stderr } = await project.amp(['deploy'], { project: '..' });
    expect(code).toBe(64);
    expect(stderr).toContain('cannot be the name');
  });

  test('DEPLOY-20 the flag wins over AMP_API_KEY; without any key the exit is 4', async () => {
    platform.state.key = 'from-the-flag';
    expect((await project.amp(['deploy', '-k', 'from-the-flag'])).code).toBe(0);
    const none = await project.amp(['deploy'], { env: { AMP_API_KEY: '' } });
    expect(none.code).toBe(4);
    expect(none.stderr).toContain('amp login');
    const refused = await project.amp(['deploy']);
    expect(refused.code).toBe(4);
  });

  test('DEPLOY-20 a key kept by amp login is used, and logout forgets it', async () => {
    const env = { AMP_API_KEY: '', AMP_CREDENTIAL_STORE: 'file', AMP_CREDENTIAL_PASSPHRASE: 'FAKE-passphrase' };
    const login = await project.amp(['login'], { project: '', env, input: `${apiKey}\n` });
    expect([login.code, login.stderr]).toEqual([0, '']);
    expect(login.stdout).not.toContain(apiKey);
    expect((await project.amp(['deploy'], { env })).code).toBe(0);
    expect((await project.amp(['logout'], { project: '', env })).code).toBe(0);
    expect((await project.amp(['deploy'], { env })).code).toBe(4);
  });

  test('DEPLOY-21 --debug shows requests and never the key', async () => {
    const { stderr, stdout } = await project.amp(['deploy', '--debug']);
    expect(stderr).toContain('PUT http://127.0.0.1');
    expect(stderr).toMatch(/x-api-key: \[/);
    expect(stderr + stdout).not.toContain(apiKey);
  });

  test('DEPLOY-22 a server that never answers a PUT: one try, a clear message', async () => {
    platform.answerNext(/^PUT/, 'never');
    const { code, stderr } = await project.amp(['deploy', '--yes'], { env: { AMP_API_TIMEOUT_MS: '300' } });
    expect(code).toBe(1);
    expect(stderr).toContain('did not answer in time');
    expect(stderr).toContain('hosted-outcome-unknown');
    expect(puts()).toHaveLength(1);
  });

  test('DEPLOY-22 GETs are tried again, and Retry-After is honoured', async () => {
    platform.answerNext(/GET .*integrations$/, { status: 503, body: '' });
    platform.answerNext(/GET .*installations$/, { status: 429, headers: { 'retry-after': '0' }, body: '{}' });
    expect((await project.amp(['diff'])).code).toBe(0);
    expect(linesOf('GET')).toEqual([
      'GET /v1/projects/dev/integrations',
      'GET /v1/projects/dev/integrations',
      'GET /v1/projects/dev/installations',
      'GET /v1/projects/dev/installations',
    ]);
  });

  test('DEPLOY-22 a rate limit nobody would wait for is an error that says when', async () => {
    platform.answerNext(/GET .*integrations$/, {
      status: 429,
      headers: { 'retry-after': '3600' },
      body: '{"title":"Too many requests"}',
    });
    const { code, stderr } = await project.amp(['diff']);
    expect(code).toBe(1);
    expect(stderr).toContain('Too many requests');
  });

  test('DEPLOY-23 a missing destination is one error a reference', async () => {
    platform.state.destinations = [];
    const { code, stdout } = await project.amp(['deploy', '--json']);
    expect(code).toBe(1);
    const { diagnostics } = JSON.parse(stdout) as {
      diagnostics: { code: string; location: { start: { line: number } } }[];
    };
    const missing = diagnostics.filter((one) => one.code === 'destination-not-found');
    expect(missing.map((one) => one.location.start.line)).toEqual([9, 13]);
    expect(puts()).toEqual([]);
  });

  test('DEPLOY-10 a plan saved before somebody else deployed is refused', async () => {
    await deployed();
    project.write(manifestText.replace('*/30', '*/15'));
    expect((await project.amp(['diff', '--out', 'plan.json'])).code).toBe(0);
    platform.state.integrations[0]!.latestRevision.id = 'rev-other';
    const { code, stderr } = await project.amp(['deploy', '--plan', 'plan.json']);
    expect(code).toBe(1);
    expect(stderr).toContain('deploy-base-moved');
    expect(puts()).toEqual([]);
  });
});

describe('the names of the first command line', () => {
  beforeEach(async () => {
    await deployed();
    platform.state.installations = [hostedInstallation('pipelineSync', 'acme', ['lead'])];
  });

  test('DEPLOY-24 delete:integration says that installations go too and needs --yes without a terminal', async () => {
    const asked = await project.amp(['delete:integration', 'pipelineSync']);
    expect(asked.code).toBe(64);
    expect(asked.stderr).toContain('1 installations go too');
    expect(linesOf('DELETE')).toEqual([]);
    expect((await project.amp(['delete:integration', 'pipelineSync', '--yes'])).code).toBe(0);
    expect(platform.state.integrations).toEqual([]);
  });

  test('DEPLOY-24 a 404 problem on DELETE shows its detail', async () => {
    const { code, stderr } = await project.amp(['delete:installation', 'pipelineSync', 'ins-none', '--yes']);
    expect(code).toBe(1);
    expect(stderr).toContain('There is no installation ins-none.');
    expect(stderr).toContain('List them first.');
  });

  test('DEPLOY-25 fifty integrations cost one request for their installations', async () => {
    const [first] = platform.state.integrations;
    platform.state.integrations = Array.from({ length: 50 }, (_, i) => ({
      ...first!,
      id: `int-${i}`,
      name: `sync${i}`,
    }));
    platform.state.installations = ['a', 'b', 'c'].map((group) => ({
      ...hostedInstallation('pipelineSync', group, []),
      integrationId: 'int-7',
    }));
    const { code, stdout } = await project.amp(['list:integrations', '--json']);
    expect(code).toBe(0);
    const list = JSON.parse(stdout) as { name: string; installations: number }[];
    expect(list).toHaveLength(50);
    expect(list.find(({ name }) => name === 'sync7')?.installations).toBe(3);
    expect(linesOf('GET')).toHaveLength(2);
  });

  test('DEPLOY-26 null groups, null metadata and unknown fields are listed like any other', async () => {
    platform.state.installations = [
      {
        ...hostedInstallation('pipelineSync', 'acme', []),
        group: null,
        config: null,
        connection: null,
        novelty: { a: 1 },
      },
    ];
    platform.state.connections = [{ id: 'con-1', provider: 'salesforce', status: 'bad_credentials', group: null }];
    for (const args of [
      ['list:installations', 'pipelineSync'],
      ['list:destinations'],
      ['list:connections'],
      ['list:provider-apps'],
      ['list:projects'],
      ['list:integrations'],
      ['diff'],
    ]) {
      const { code, stderr } = await project.amp(args);
      expect([args[0], code, stderr]).toEqual([args[0], 0, '']);
    }
  });

  test('AUTH-28 a hosted connection shows our state and the platform’s word together', async () => {
    platform.state.connections = ['created', 'working', 'bad_credentials', 'novel'].map((status, index) => ({
      id: `con-${index}`,
      provider: 'salesforce',
      status,
      group: { groupRef: `g${index}`, groupName: `G${index}` },
    }));
    const { code, stdout } = await project.amp(['list:connections']);
    expect(code).toBe(0);
    for (const shown of ['connected (created)', 'connected (working)', 'needs_reauth (bad_credentials)', 'novel']) {
      expect(stdout).toContain(shown);
    }
  });

  test('DEPLOY-34 the old names work with -p and -k, deploy:integration and a folder path too', async () => {
    const folder = join(project.dir, 'nested');
    mkdirSync(folder);
    writeFileSync(join(folder, 'amp.yaml'), manifestText.replace('pipelineSync', 'second'));
    const { code, stderr } = await project.amp(['deploy:integration', 'nested', '-k', apiKey]);
    expect([code, stderr]).toEqual([0, expect.stringContaining('--key is visible')]);
    expect(platform.state.integrations.map(({ name }) => name)).toEqual(['pipelineSync', 'second']);
    const list = await project.amp(['list:installations', 'pipelineSync', '-f', 'yaml']);
    expect([list.stderr, list.stdout]).toEqual(['', expect.stringContaining('groupRef: acme')]);
    expect((await project.amp(['delete:installation', 'int-pipelineSync', 'ins-acme', '--yes'])).code).toBe(0);
    expect(platform.state.installations).toEqual([]);
  });

  test('DEPLOY-35 unknown commands, flags and missing arguments end with 64 and an empty stdout', async () => {
    for (const args of [
      ['deplyo'],
      ['deploy', '--forc'],
      ['list:installations'],
      ['rollback'],
      ['list:projects', 'x', 'y'],
    ]) {
      const { code, stdout, stderr } = await project.amp(args);
      expect([args.join(' '), code, stdout]).toEqual([args.join(' '), 64, '']);
      expect(stderr).not.toBe('');
    }
  });
});

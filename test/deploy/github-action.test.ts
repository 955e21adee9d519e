import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { parse } from 'yaml';
import { isolatedEnvironment } from '../cli/run-amp.ts';
import { hostedInstallation, manifestText, withoutLead } from '../hosted/hosted-amp.ts';
import { apiKey, type Platform, startPlatform } from '../hosted/platform.ts';

const root = resolve(import.meta.dirname, '../..');
const action = parse(readFileSync(join(root, 'action.yml'), 'utf8')) as {
  inputs: Record<string, { default?: string }>;
  runs: { steps: { id: string; if?: string; run: string; env?: Record<string, string> }[] };
};

let platform: Platform;
let github: Awaited<ReturnType<typeof startGithub>>;
let dir: string;

beforeEach(async () => {
  platform = await startPlatform();
  github = await startGithub();
  dir = mkdtempSync(join(tmpdir(), 'amp-action-'));
  writeFileSync(join(dir, 'amp.yaml'), manifestText);
});

afterEach(async () => {
  await platform.close();
  await github.close();
});

test('on a pull request the plan is posted once and brought up to date, and nothing is deployed', async () => {
  const first = await runAction('pull_request');
  expect(first).toMatchObject({ code: 0, outputs: { changes: 'true', breaking: '0' } });
  expect(github.comments).toHaveLength(1);
  expect(github.comments[0]!.body).toContain('1 to create');
  writeFileSync(join(dir, 'amp.yaml'), manifestText.replace('pipelineSync', 'other'));
  await runAction('pull_request');
  expect(github.comments).toHaveLength(1);
  expect(github.comments[0]!.body).toContain('other');
  expect(platform.state.integrations).toEqual([]);
});

test('a push to main deploys the plan it made', async () => {
  const { code, outputs } = await runAction('push');
  expect([code, platform.state.integrations.map(({ name }) => name)]).toEqual([0, ['pipelineSync']]);
  expect(outputs.revision).toMatch(/^rev-/);
  expect((await runAction('push')).outputs).toMatchObject({ changes: 'false', revision: '' });
});

test('an invalid manifest ends at the first step, with an annotation at its line', async () => {
  writeFileSync(join(dir, 'amp.yaml'), manifestText.replace('0 * * * *', 'hourly'));
  const { code, log } = await runAction('push');
  expect(code).not.toBe(0);
  expect(log).toMatch(/^::error .*line=10/m);
  expect(platform.requests).toEqual([]);
});

test('a removed object that customers use fails the deploy and names the input, which then decides', async () => {
  await runAction('push');
  platform.state.installations = [hostedInstallation('pipelineSync', 'acme', ['lead'])];
  writeFileSync(join(dir, 'amp.yaml'), withoutLead);
  const refused = await runAction('push');
  expect(refused).toMatchObject({ code: 64, outputs: { breaking: '1' } });
  expect(refused.log).toMatch(/::error title=deploy-needs-decision::.*--on-removed/);
  expect((await runAction('push', { 'on-removed': 'stop' })).code).toBe(0);
  expect(platform.requests.at(-1)!.line).toContain('destructive=true');
});

/** The action's own steps in order, as a runner would take them: same shell, same files, same expressions. */
async function runAction(event: 'pull_request' | 'push', given: Record<string, string> = {}) {
  const work = mkdtempSync(join(tmpdir(), 'amp-runner-'));
  const inputs: Record<string, string> = {
    ...Object.fromEntries(Object.entries(action.inputs).map(([name, input]) => [name, input.default ?? ''])),
    project: 'dev',
    'api-key': apiKey,
    amp: `${process.execPath} ${join(root, 'bin/amp.js')}`,
    'github-token': 'TOKENFAKE',
    ...given,
  };
  const outputs: Record<string, Record<string, string>> = {};
  const value = (expression: string): string => {
    const [scope, ...rest] = expression.split('.');
    if (scope === 'inputs') return inputs[rest.join('.')] ?? '';
    if (scope === 'steps') return outputs[rest[0]!]?.[rest[2]!] ?? '';
    return (
      { 'github.event.pull_request.number': '7', 'github.event.head_commit.message': 'Add "it"\n\nbody' }[expression] ??
      ''
    );
  };
  const fill = (text: string) =>
    text.replaceAll(/\$\{\{\s*([^}]+?)\s*\}\}/g, (_, expression: string) => value(expression));
  const isWanted = (id: string) =>
    id === 'comment' ? event === 'pull_request' && inputs.comment === 'true' : id !== 'deploy' || event === 'push';
  let log = '';
  for (const step of action.runs.steps.filter(({ id }) => isWanted(id))) {
    const outputFile = join(work, `${step.id}.out`);
    writeFileSync(outputFile, '');
    const env = {
      ...isolatedEnvironment(work),
      GITHUB_ACTIONS: 'true',
      GITHUB_ACTOR: 'ada',
      GITHUB_ACTION_PATH: root,
      GITHUB_API_URL: github.url,
      GITHUB_REPOSITORY: 'acme/crm',
      GITHUB_OUTPUT: outputFile,
      GITHUB_STEP_SUMMARY: join(work, 'summary.md'),
      RUNNER_TEMP: work,
      AMP_API_URL: platform.url,
      ...Object.fromEntries(Object.entries(step.env ?? {}).map(([name, text]) => [name, fill(text)])),
    };
    const result = await bash(step.run, env);
    log += result.log;
    outputs[step.id] = Object.fromEntries(
      readFileSync(outputFile, 'utf8')
        .split('\n')
        .filter((line) => line.includes('='))
        .map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]),
    );
    if (result.code !== 0) return { code: result.code, log, outputs: { ...outputs.plan, ...outputs.deploy } };
  }
  return { code: 0, log, outputs: { ...outputs.plan, ...outputs.deploy } as Record<string, string> };
}

function bash(script: string, env: Record<string, string>): Promise<{ code: number | null; log: string }> {
  return new Promise((done) => {
    // The shell of `shell: bash` on a runner.
    const child = spawn('bash', ['--noprofile', '--norc', '-eo', 'pipefail', '-c', script], { cwd: dir, env });
    let log = '';
    child.stdout.on('data', (chunk) => {
      log += chunk;
    });
    child.stderr.on('data', (chunk) => {
      log += chunk;
    });
    child.on('close', (code) => done({ code, log }));
  });
}

/** The three calls of GitHub's comments API that the action makes. */
async function startGithub() {
  const comments: { id: number; body: string }[] = [{ id: 1, body: 'Looks good!' }];
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const body = chunks.length > 0 ? (JSON.parse(Buffer.concat(chunks).toString()) as { body: string }).body : '';
    const path = new URL(request.url!, 'http://localhost').pathname;
    const answer = (status: number, value: unknown) => response.writeHead(status).end(JSON.stringify(value));
    if (request.headers.authorization !== 'Bearer TOKENFAKE') return answer(401, {});
    if (path === '/repos/acme/crm/issues/7/comments') {
      if (request.method === 'GET') return answer(200, comments);
      comments.push({ id: comments.length + 1, body });
      return answer(201, { html_url: 'https://github.test/comment' });
    }
    const found = comments.find(({ id }) => path === `/repos/acme/crm/issues/comments/${id}`);
    if (request.method !== 'PATCH' || !found) return answer(404, {});
    found.body = body;
    return answer(200, {});
  });
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    get comments() {
      return comments.slice(1);
    },
    close: () =>
      new Promise<void>((done) => {
        server.closeAllConnections();
        server.close(() => done());
      }),
  };
}

import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { type RunningEmulator, startEmulator } from '../../src/providers/salesforce/index.ts';
import { type LocalAmp, localAmp } from '../deploy/local-amp.ts';

const text = `specVersion: 1.0.0
integrations:
  - name: crm
    provider: salesforce
    read:
      objects:
        - {objectName: lead, destination: events, schedule: "*/15 * * * *", optionalFieldsAuto: all}
`;

let server: Server | undefined;
let emulator: RunningEmulator | undefined;
afterEach(async () => {
  server?.close();
  await emulator?.stop();
});

/** A platform where these projects have these client ids for Salesforce; `null`: the key may not see it. */
async function platform(apps: Record<string, string | null>): Promise<string> {
  const answers = new Map<string, unknown>([
    ['/projects', Object.keys(apps).map((name) => ({ id: `id-${name}`, name }))],
    ['/projects/dev/destinations', [{ id: 'd1', name: 'events' }]],
    ['/providers', { salesforce: { oauth2Opts: { grantType: 'authorizationCode' }, support: { read: true } } }],
  ]);
  for (const [name, clientId] of Object.entries(apps)) {
    const list = clientId === null ? null : [{ id: `app-${name}`, provider: 'salesforce', clientId }];
    answers.set(`/projects/${name}/provider-apps`, list);
    answers.set(`/projects/id-${name}/provider-apps`, list);
  }
  server = createServer((request, response) => {
    const answer = answers.get(request.url!.replace(/^\/v1/, '').replace(/\?.*/, ''));
    response.writeHead(answer ? 200 : 403, { 'content-type': 'application/json' });
    response.end(JSON.stringify(answer ?? { title: 'Not yours', status: 403 }));
  });
  await new Promise<void>((resolve) => server!.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function warnings(amp: LocalAmp, url: string): Promise<string[]> {
  const env = { AMP_API_URL: url, AMP_API_KEY: 'KEYFAKE-0123456789' };
  const { code, stdout } = await amp.amp(['validate', '--json', '-p', 'dev'], { env });
  expect(code).toBe(0);
  const { files } = JSON.parse(stdout) as { files: { diagnostics: { code: string; message: string }[] }[] };
  return files[0]!.diagnostics.map((one) => `${one.code}: ${one.message}`);
}

test('LIFE-2 one OAuth app in two projects: the tokens of one will be invalidated', async () => {
  const amp = localAmp(text);
  const url = await platform({ dev: '3MVG-one', staging: '3MVG-one', production: '3MVG-two', secret: null });
  expect(await warnings(amp, url)).toEqual([
    'provider-app-shared: The OAuth app for salesforce is also used by project "staging": tokens of one will be invalidated.',
  ]);
});

test('LIFE-2 one OAuth app in a hosted project and for an org connected here', async () => {
  emulator = await startEmulator();
  const amp = localAmp(text);
  await amp.amp(['org', 'login', '--emulator', '--alias', 'acme'], { env: { AMP_EMULATOR_URL: emulator.url } });
  const [warning] = await warnings(amp, await platform({ dev: emulator.clientId }));
  expect(warning).toContain('also used by the connected org "acme"');
});

import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { parseCatalogue } from '../../src/validation/ask-project.ts';
import { isolatedEnvironment, runAmp } from '../cli/run-amp.ts';
import { makeFolder } from './amp.ts';
import { findings } from './fixture.ts';

const text = `specVersion: 1.0.0
integrations:
  - name: crm
    provider: salesforce
    read:
      objects:
        - {objectName: lead, destination: events, schedule: "*/15 * * * *", optionalFieldsAuto: all}
`;

const providers = {
  salesforce: {
    oauth2Opts: { grantType: 'authorizationCode' },
    support: { read: true, subscribe: {} },
    modules: { crm: {} },
  },
  asana: { support: { read: false } },
};

describe('a manifest against a hosted project', () => {
  const servers: Server[] = [];
  afterEach(() => {
    for (const server of servers.splice(0)) server.close();
  });

  /** A platform that answers these paths with JSON and everything else with 404. */
  async function platform(answers: Record<string, unknown>): Promise<string> {
    const server = createServer((request, response) => {
      const path = request.url!.replace(/^\/v1/, '').replace(/\?.*/, '');
      const known = Object.hasOwn(answers, path);
      response.writeHead(known ? 200 : 404, { 'content-type': 'application/json' });
      response.end(JSON.stringify(known ? answers[path] : { title: 'Nothing here', status: 404 }));
    });
    servers.push(server);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  async function validate(url: string, manifest = text): Promise<string[]> {
    const dir = makeFolder({ 'amp.yaml': manifest });
    const env = { ...isolatedEnvironment(dir), AMP_API_URL: url, AMP_API_KEY: 'KEYFAKE-0123456789' };
    const run = await runAmp(['validate', '--json', '-p', 'dev'], { cwd: dir, env });
    const { files } = JSON.parse(run.stdout) as { files: { diagnostics: { code: string; severity: string }[] }[] };
    return files[0]!.diagnostics.map((one) => `${one.severity} ${one.code}`);
  }

  test('destinations, provider apps and the live catalogue are asked for', async () => {
    const url = await platform({
      '/projects/dev/destinations': [{ id: 'd1', name: 'events' }],
      '/projects/dev/provider-apps': [{ id: 'a1', provider: 'salesforce' }],
      '/providers': providers,
    });
    expect(await validate(url)).toEqual([]);
    expect(await validate(url, text.replace('salesforce', 'asana'))).toEqual(['warning provider-capability-read']);
    expect(await validate(url, text.replace('salesforce', 'hubspot'))).toEqual(['error provider-not-supported']);
  });

  test('what is missing there is told: the destination as an error, the app as a warning', async () => {
    const url = await platform({
      '/projects/dev/destinations': [],
      '/projects/dev/provider-apps': [],
      '/providers': providers,
    });
    expect(await validate(url)).toEqual(['warning provider-app-not-configured', 'error destination-not-found']);
  });

  test('a question without an answer is a warning, not a verdict', async () => {
    expect(await validate(await platform({}))).toEqual([
      'warning catalog-access',
      'warning provider-app-check-failed',
      'warning destination-check-failed',
    ]);
  });

  test('rules that need a project stay out of offline checks', () => {
    expect(findings(text)).toEqual([]);
  });

  test('a catalogue may be a list or a map; flags that are no booleans are not taken for a no', () => {
    const map = parseCatalogue(providers);
    expect(map.providers.get('salesforce')).toMatchObject({
      needsApp: true,
      support: { read: true },
      modules: ['crm'],
    });
    expect(parseCatalogue([{ name: 'asana', support: { read: false } }]).providers.get('asana')?.support).toEqual({
      read: false,
    });
    expect(() => parseCatalogue([])).toThrow('empty');
  });
});

import { Validator } from '@seriousme/openapi-schema-validator';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type ApiRig, type Ask, type Reply, startApi } from './api-rig.ts';
import { createConformance, type Document, type Endpoint, endpointsOf } from './document.ts';
import { happyPaths } from './happy-paths.ts';

let rig: ApiRig;
let document: Document;
let endpoints: Endpoint[];
let faultOf: ReturnType<typeof createConformance>;

beforeAll(async () => {
  rig = await startApi();
  document = (await rig.ask({ path: '/openapi.json', via: 'tcp' })).json;
  endpoints = endpointsOf(document);
  faultOf = createConformance(document);
});
afterAll(() => rig.stop());

const anywhere = ({ path }: Endpoint) =>
  path.replace(
    /\{(\w+)\}/g,
    (_, name: string) => ({ project: 'local', integration: 'crm', installation: 'ins_acme' })[name] ?? 'contact',
  );

/** Every endpoint asked in the same way, and what each answered. */
async function walk(askOf: (endpoint: Endpoint) => { status: number; code: string; ask: Partial<Ask> } | undefined) {
  let asked = 0;
  for (const endpoint of endpoints) {
    const wanted = askOf(endpoint);
    if (!wanted) continue;
    asked++;
    const reply: Reply = await rig.ask({
      method: endpoint.method,
      path: anywhere(endpoint),
      via: 'tcp',
      ...wanted.ask,
    });
    const where = `${endpoint.operationId}: ${reply.text.slice(0, 200)}`;
    expect([reply.status, reply.json?.code], where).toEqual([wanted.status, wanted.code]);
    expect(faultOf(endpoint, reply), endpoint.operationId).toBeUndefined();
    expect(reply.headers['x-request-id'], endpoint.operationId).toBe(reply.json.requestId);
  }
  return asked;
}

describe('the API keeps its own document', () => {
  test('which is a valid OpenAPI 3.1 document with unique operation ids', async () => {
    const validator = new Validator();
    expect(await validator.validate({ ...structuredClone(document) })).toMatchObject({ valid: true });
    expect(validator.version).toBe('3.1');
    const ids = endpoints.map(({ operationId }) => operationId);
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids.length).toBeGreaterThan(30);
  });

  test('without a key', async () => {
    const asked = await walk(() => ({
      status: 401,
      code: 'api-key-missing',
      ask: { headers: { 'x-api-key': [] } },
    }));
    expect(asked).toBe(endpoints.length);
  });

  test('with a wrong key', () =>
    walk(() => ({
      status: 401,
      code: 'api-key-wrong',
      ask: { headers: { 'x-api-key': 'FAKE-not-this-one' } },
    })));

  test('under another host', () =>
    walk(() => ({ status: 421, code: 'api-host-refused', ask: { headers: { host: 'evil.example' } } })));

  test('from a web page', () =>
    walk(() => ({
      status: 403,
      code: 'api-origin-refused',
      ask: { headers: { origin: 'https://evil.example' } },
    })));

  test('with a query it does not know', () =>
    walk((endpoint) => ({
      status: 400,
      code: 'api-request-invalid',
      ask: { path: `${anywhere(endpoint)}?surprise=1` },
    })));

  test('with a body that is no JSON, of another type, too large, or of another shape', async () => {
    const bodied = (endpoint: Endpoint) => endpoint.requestBody !== undefined;
    const needed = (endpoint: Endpoint) =>
      (endpoint.parameters ?? [])
        .filter(({ required, in: at }) => required && at === 'query')
        .map(({ name }) => `${name}=acme`);
    const path = (endpoint: Endpoint) => [anywhere(endpoint), needed(endpoint).join('&')].filter(Boolean).join('?');
    const asking = (status: number, code: string, ask: object) => (endpoint: Endpoint) =>
      bodied(endpoint) ? { status, code, ask: { path: path(endpoint), ...ask } } : undefined;
    expect(await walk(asking(400, 'api-body-invalid', { body: '{"a":' }))).toBeGreaterThan(8);
    await walk(asking(415, 'api-content-type-refused', { body: '{}', headers: { 'content-type': 'text/plain' } }));
    await walk(asking(413, 'api-body-too-large', { body: `"${'x'.repeat(1024 * 1024)}"` }));
    await walk(asking(400, 'api-request-invalid', { body: '[1]' }));
    await walk(asking(400, 'api-request-invalid', { body: '{"nothing": "known", "groupRef": 7}' }));
  });

  test('for a project, an integration and an installation there are not', async () => {
    const withPlace = (place: string) => (endpoint: Endpoint) => {
      if (!endpoint.path.includes(`{${place}}`) || endpoint.requestBody) return undefined;
      const query = (endpoint.parameters ?? []).some(
        ({ name, required, in: at }) => name === 'groupRef' && required && at === 'query',
      );
      const path = endpoint.path.replace(/\{(\w+)\}/g, (_, name: string) =>
        name === place ? 'nobody' : ({ project: 'local', integration: 'crm' }[name] ?? 'ins_acme'),
      );
      return {
        status: 404,
        code: place === 'installation' ? 'installation-not-found' : 'api-not-found',
        ask: { path: query ? `${path}?groupRef=acme` : path },
      };
    };
    await walk(withPlace('project'));
    expect(await walk(withPlace('installation'))).toBeGreaterThan(3);
  });

  test('when all is well, for every operation, by HEAD and under OPTIONS too', async () => {
    const paths = happyPaths(rig);
    expect(Object.keys(paths).sort()).toEqual(endpoints.map(({ operationId }) => operationId).sort());
    for (const [operationId, askOf] of Object.entries(paths)) {
      const endpoint = endpoints.find((one) => one.operationId === operationId)!;
      const ask = await askOf();
      const reply = await rig.ask({ ...ask, via: 'tcp' });
      expect(faultOf(endpoint, reply), operationId).toBeUndefined();
      expect(reply.status, `${operationId}: ${reply.text.slice(0, 300)}`).toBeLessThan(300);
      const options = await rig.ask({ method: 'OPTIONS', path: ask.path, via: 'tcp' });
      expect([options.status, options.headers.allow?.includes(endpoint.method)]).toEqual([204, true]);
      if (endpoint.method !== 'GET') continue;
      const head = await rig.ask({ method: 'HEAD', path: ask.path, via: 'tcp' });
      expect([head.status, head.text]).toEqual([reply.status, '']);
      expect(Number(head.headers['content-length'])).toBeGreaterThan(0);
    }
  });

  test('and what is not in it is not there', async () => {
    for (const path of [
      '/',
      '/v1',
      '/v2/projects',
      '/v1/projects/local/nothing',
      '/v1/projects/local/installations/',
      '/%',
      '/v1/projects/%zz',
    ]) {
      const reply = await rig.ask({ path, via: 'tcp' });
      expect([400, 404], path).toContain(reply.status);
      expect(reply.headers['content-type']).toBe('application/problem+json');
    }
    const refused = await rig.ask({ method: 'PUT', path: '/v1/projects', via: 'tcp' });
    expect([refused.status, refused.headers.allow]).toEqual([405, 'GET, HEAD, OPTIONS']);
    expect((await rig.ask({ method: 'TRACE', path: '/v1/projects', via: 'tcp' })).status).toBe(405);
  });
});

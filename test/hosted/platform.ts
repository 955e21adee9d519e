import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { inflateRawSync } from 'node:zlib';
import { parse } from 'yaml';

/**
 * The hosted platform's public API, as strict as its published shapes: one key, percent-encoded segments, known queries and
 * bodies, problem+json. All five hosts answer on one port, told apart by path. State is plain objects a test may set.
 */
export interface Platform {
  url: string;
  requests: PlatformRequest[];
  state: PlatformState;
  /** Answers the next request whose line matches, instead of the API. `never` keeps it waiting. */
  answerNext(line: RegExp, answer: CannedAnswer | 'never'): void;
  close(): Promise<void>;
}

export interface PlatformRequest {
  /** `PUT /v1/projects/dev/integrations:batch?destructive=true` as it came. */
  line: string;
  headers: IncomingMessage['headers'];
  body: Buffer;
}

export interface CannedAnswer {
  status: number;
  headers?: Record<string, string>;
  body: string;
}

export interface PlatformState {
  key: string;
  /** Id and name both address it. */
  project: { id: string; name: string };
  integrations: PlatformIntegration[];
  installations: Record<string, unknown>[];
  destinations: Record<string, unknown>[];
  /** Id of a destination → how often its key was made. */
  signingKeys: Map<string, number>;
  connections: Record<string, unknown>[];
  operations: Record<string, unknown>[];
  logs: Record<string, Record<string, unknown>[]>;
  /** Uploaded zips by object path. */
  storage: Map<string, Buffer>;
  /** Key of the list of rows in search answers. */
  searchKey: 'result' | 'results';
}

export interface PlatformIntegration {
  id: string;
  projectId: string;
  name: string;
  provider: string;
  createTime: string;
  latestRevision: { id: string; specVersion: string; createTime: string; content: unknown };
}

export const apiKey = 'KEYFAKE-0123456789';

export async function startPlatform(changes: Partial<PlatformState> = {}): Promise<Platform> {
  const state: PlatformState = {
    key: apiKey,
    project: { id: 'prj-1', name: 'dev' },
    integrations: [],
    installations: [],
    destinations: [
      { id: 'dst-1', name: 'crmEvents', type: 'webhook', metadata: null, createTime: '2026-01-01T00:00:00Z' },
    ],
    signingKeys: new Map(),
    connections: [],
    operations: [],
    logs: {},
    storage: new Map(),
    searchKey: 'results',
    ...changes,
  };
  const requests: PlatformRequest[] = [];
  const canned: { line: RegExp; answer: CannedAnswer | 'never' }[] = [];
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const seen = { line: `${request.method} ${request.url}`, headers: request.headers, body: Buffer.concat(chunks) };
    requests.push(seen);
    const index = canned.findIndex(({ line }) => line.test(seen.line));
    if (index >= 0) {
      const { answer } = canned.splice(index, 1)[0]!;
      if (answer === 'never') return;
      response.writeHead(answer.status, answer.headers).end(answer.body);
      return;
    }
    try {
      answerRequest(state, seen, request.method!, new URL(request.url!, url()), response, url());
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      const problem = {
        title: error.title,
        detail: error.message,
        status: error.status,
        requestId: 'req_test',
        ...error.more,
      };
      response.writeHead(error.status, { 'content-type': 'application/problem+json' }).end(JSON.stringify(problem));
    }
  });
  const url = () => `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: url(),
    requests,
    state,
    answerNext: (line, answer) => void canned.push({ line, answer }),
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}

class Problem extends Error {
  readonly status: number;
  readonly title: string;
  readonly more: object;

  constructor(status: number, title: string, detail: string, more: object = {}) {
    super(detail);
    this.status = status;
    this.title = title;
    this.more = more;
  }
}

interface Call {
  state: PlatformState;
  names: string[];
  query: URLSearchParams;
  headers: IncomingMessage['headers'];
  body: Buffer;
  origin: string;
}

type Answer = { status: number; body?: unknown };
type Route = [method: string, path: RegExp, queries: string[], answer: (call: Call) => Answer];

const routes: Route[] = [
  ['GET', /^\/v1\/projects$/, [], ({ state }) => ({ status: 200, body: [state.project] })],
  ['GET', /^\/v1\/projects\/([^/]+)$/, ['includeEntitlements'], (call) => ({ status: 200, body: projectOf(call) })],
  ['GET', /^\/v1\/projects\/([^/]+)\/integrations$/, [], (call) => listed(call, call.state.integrations)],
  ['GET', /^\/v1\/projects\/([^/]+)\/installations$/, ['groupRef'], (call) => listed(call, call.state.installations)],
  ['GET', /^\/v1\/projects\/([^/]+)\/destinations$/, [], (call) => listed(call, call.state.destinations)],
  ['POST', /^\/v1\/projects\/([^/]+)\/destinations$/, [], createDestination],
  ['GET', /^\/v1\/projects\/([^/]+)\/destinations\/([^/]+)$/, ['includeSecrets', 'rotate'], getDestination],
  ['PATCH', /^\/v1\/projects\/([^/]+)\/destinations\/([^/]+)$/, [], patchDestination],
  ['DELETE', /^\/v1\/projects\/([^/]+)\/destinations\/([^/]+)$/, [], deleteDestination],
  [
    'GET',
    /^\/v1\/projects\/([^/]+)\/connections$/,
    ['provider', 'groupRef', 'consumerRef'],
    (call) => listed(call, call.state.connections),
  ],
  [
    'GET',
    /^\/v1\/projects\/([^/]+)\/provider-apps$/,
    [],
    (call) => listed(call, [{ id: 'app-1', provider: 'salesforce', clientId: '3MVG' }]),
  ],
  ['PUT', /^\/v1\/projects\/([^/]+)\/integrations:batch$/, ['destructive'], putBatch],
  ['DELETE', /^\/v1\/projects\/([^/]+)\/integrations\/([^/]+)$/, [], deleteIntegration],
  [
    'GET',
    /^\/v1\/projects\/([^/]+)\/integrations\/([^/]+)\/installations$/,
    ['groupRef'],
    (call) => {
      const { id } = integrationOf(call);
      return listed(
        call,
        call.state.installations.filter((one) => one.integrationId === id),
      );
    },
  ],
  ['DELETE', /^\/v1\/projects\/([^/]+)\/integrations\/([^/]+)\/installations\/([^/]+)$/, [], deleteInstallation],
  [
    'GET',
    /^\/v1\/projects\/([^/]+)\/integrations\/([^/]+)\/installations\/([^/]+)\/operations$/,
    ['pageSize', 'pageToken'],
    operationPage,
  ],
  [
    'GET',
    /^\/v1\/projects\/([^/]+)\/operations\/([^/]+)$/,
    [],
    (call) => {
      const found = call.state.operations.find(({ id }) => id === call.names[1]);
      if (!found) throw new Problem(404, 'Not found', 'No such operation.');
      return { status: 200, body: found };
    },
  ],
  [
    'GET',
    /^\/v1\/projects\/([^/]+)\/operations\/([^/]+)\/logs$/,
    [],
    (call) => ({ status: 200, body: call.state.logs[call.names[1]!] ?? [] }),
  ],
  [
    'GET',
    /^\/v1\/generate-upload-url$/,
    ['md5'],
    ({ query, origin }) => {
      const md5 = query.get('md5');
      if (!md5) throw new Problem(400, 'Bad request', 'md5 is missing.');
      return {
        status: 200,
        body: {
          url: `${origin}/storage/up%201.zip?signature=SIGNED&md5=${encodeURIComponent(md5)}`,
          bucket: 'amp-bucket',
          path: 'up 1.zip',
        },
      };
    },
  ],
  ['POST', /^\/v1\/projects\/([^/]+)\/integrations\/([^/]+)\/installations\/([^/:]+):(pause|unpause)$/, [], pause],
  ['POST', /^\/v1\/projects\/([^/]+)\/integrations\/([^/]+)\/objects\/([^/]+)$/, [], objectCall],
  ['POST', /^\/v1\/projects\/([^/]+)\/integrations\/([^/]+)$/, ['groupRef'], search],
];

function answerRequest(
  state: PlatformState,
  seen: PlatformRequest,
  method: string,
  url: URL,
  response: ServerResponse,
  origin: string,
): void {
  if (url.pathname.startsWith('/storage/')) {
    store(state, seen, method, url, response);
    return;
  }
  if (!url.pathname.startsWith('/v1/')) {
    proxy(state, seen, response);
    return;
  }
  if (seen.headers['x-api-key'] !== state.key) throw new Problem(401, 'Unauthorized', 'The API key is not valid.');
  for (const [wanted, pattern, queries, answer] of routes) {
    const match = method === wanted && pattern.exec(url.pathname);
    if (!match) continue;
    for (const name of url.searchParams.keys()) {
      if (!queries.includes(name)) throw new Problem(400, 'Bad request', `Unknown query ${name}.`);
    }
    const names = match.slice(1).map(decodeURIComponent);
    const call: Call = { state, names, query: url.searchParams, headers: seen.headers, body: seen.body, origin };
    if (names.length > 0) projectOf(call);
    const { status, body } = answer(call);
    response.writeHead(status, body === undefined ? {} : { 'content-type': 'application/json' });
    response.end(body === undefined ? undefined : JSON.stringify(body));
    return;
  }
  throw new Problem(404, 'Not found', `There is no ${method} ${url.pathname}.`);
}

function projectOf({ state, names }: Call) {
  const { id, name } = state.project;
  if (names[0] !== id && names[0] !== name) throw new Problem(404, 'Not found', `No project "${names[0]}".`);
  return state.project;
}

function listed(call: Call, list: readonly unknown[]): Answer {
  const groupRef = call.query.get('groupRef');
  const inGroup = (one: unknown) => (one as { group?: { groupRef?: string } | null }).group?.groupRef === groupRef;
  return { status: 200, body: groupRef === null ? list : list.filter(inGroup) };
}

function integrationOf({ state, names }: Call): PlatformIntegration {
  const found = state.integrations.find((one) => one.id === names[1] || one.name === names[1]);
  if (!found) throw new Problem(404, 'Not found', `No integration "${names[1]}".`);
  return found;
}

/** The data plane takes ids only. */
function integrationById({ state, names }: Call): PlatformIntegration {
  const found = state.integrations.find((one) => one.id === names[1]);
  if (!found) throw new Problem(404, 'Not found', `No integration with id "${names[1]}".`);
  return found;
}

function jsonBody({ body, headers }: Call, known: readonly string[]): Record<string, unknown> {
  if (headers['content-type'] !== 'application/json') throw new Problem(400, 'Bad request', 'Not JSON.');
  const value = JSON.parse(body.toString('utf8')) as Record<string, unknown>;
  const unknown = Object.keys(value).filter((key) => !known.includes(key));
  if (unknown.length > 0) throw new Problem(400, 'Bad request', `Unknown keys ${unknown.join(', ')}.`);
  return value;
}

function putBatch(call: Call): Answer {
  const { sourceYaml, sourceZipUrl } = jsonBody(call, ['sourceYaml', 'sourceZipUrl']);
  const source = typeof sourceYaml === 'string' ? sourceYaml : unzip(call.state, String(sourceZipUrl));
  const manifest = parse(source) as { specVersion: string; integrations: { name: string; provider: string }[] };
  for (const content of manifest.integrations) {
    const id = `rev-${createHash('sha256').update(JSON.stringify(content)).digest('hex').slice(0, 8)}`;
    const latestRevision = { id, specVersion: '1.0.0', createTime: '2026-02-03T00:00:00Z', content };
    const known = call.state.integrations.find((one) => one.name === content.name);
    if (known) known.latestRevision = latestRevision;
    else {
      call.state.integrations.push({
        id: `int-${content.name}`,
        projectId: call.state.project.id,
        name: content.name,
        provider: content.provider,
        createTime: '2026-02-03T00:00:00Z',
        latestRevision,
      });
    }
  }
  return { status: 200, body: call.state.integrations };
}

function createDestination(call: Call): Answer {
  const { name, type, metadata, secrets } = jsonBody(call, ['name', 'type', 'metadata', 'secrets']);
  if (typeof name !== 'string' || !/^[A-Za-z0-9-]+$/.test(name)) throw new Problem(422, 'Unprocessable', 'Bad name.');
  const { url, streamName, region } = metadata as Record<string, string>;
  if (type === 'kinesis' ? !streamName || !region || !secrets : type !== 'webhook' || !url?.startsWith('https://'))
    throw new Problem(422, 'Unprocessable', 'That is no destination.');
  if (call.state.destinations.some((one) => one.name === name)) throw new Problem(422, 'Unprocessable', 'Name taken.');
  const id = `dst-${call.state.destinations.length + 1}`;
  const destination = { id, name, type, metadata, createTime: '2026-02-03T00:00:00Z' };
  call.state.destinations.push(destination);
  call.state.signingKeys.set(id, 1);
  return { status: 201, body: destination };
}

/** By name here; rotating is part of the question. */
function getDestination({ state, names, query }: Call): Answer {
  const found = state.destinations.find(({ name }) => name === names[1]);
  if (!found) throw new Problem(404, 'Not found', `No destination "${names[1]}".`);
  const generation = (state.signingKeys.get(String(found.id)) ?? 1) + (query.get('rotate') === 'true' ? 1 : 0);
  state.signingKeys.set(String(found.id), generation);
  const secrets = { webhookSigningKey: `whsec_FAKE${generation}` };
  return { status: 200, body: query.get('includeSecrets') === 'true' ? { ...found, secrets } : found };
}

/** By id; only masked keys change. */
function patchDestination(call: Call): Answer {
  const { updateMask, destination } = jsonBody(call, ['updateMask', 'destination']);
  const found = call.state.destinations.find(({ id }) => id === call.names[1]);
  if (!found) throw new Problem(404, 'Not found', `No destination with id "${call.names[1]}".`);
  const { metadata } = destination as { metadata: Record<string, unknown> };
  for (const mask of updateMask as string[]) {
    const key = /^metadata\.(url|headers)$/.exec(mask)?.[1];
    if (!key) throw new Problem(422, 'Unprocessable', `${mask} cannot be changed.`);
    found.metadata = { ...(found.metadata as object | null), [key]: metadata[key] };
  }
  return { status: 200, body: found };
}

/** By id here. */
function deleteDestination({ state, names }: Call): Answer {
  const index = state.destinations.findIndex(({ id }) => id === names[1]);
  if (index < 0) throw new Problem(404, 'Not found', `No destination with id "${names[1]}".`);
  state.destinations.splice(index, 1);
  return { status: 204 };
}

/** The one entry `amp.yaml` of an uploaded archive. */
function unzip(state: PlatformState, address: string): string {
  const zip = state.storage.get(address.replace('gs://amp-bucket/', ''));
  if (!zip) throw new Problem(422, 'Unprocessable', `Nothing was uploaded to ${address}.`);
  const nameLength = zip.readUInt16LE(26);
  if (zip.subarray(30, 30 + nameLength).toString() !== 'amp.yaml')
    throw new Problem(422, 'Unprocessable', 'No amp.yaml.');
  if (zip.readUInt16LE(zip.length - 12) !== 1) throw new Problem(422, 'Unprocessable', 'More than one entry.');
  const start = 30 + nameLength + zip.readUInt16LE(28);
  return inflateRawSync(zip.subarray(start, start + zip.readUInt32LE(18))).toString('utf8');
}

function store(state: PlatformState, seen: PlatformRequest, method: string, url: URL, response: ServerResponse): void {
  const md5 = createHash('md5').update(seen.body).digest('base64');
  const right =
    method === 'PUT' &&
    url.searchParams.get('signature') === 'SIGNED' &&
    seen.headers['content-md5'] === md5 &&
    url.searchParams.get('md5') === md5 &&
    seen.headers.authorization === undefined &&
    seen.headers['x-api-key'] === undefined &&
    seen.headers['content-type'] === undefined;
  if (right) state.storage.set(decodeURIComponent(url.pathname.slice('/storage/'.length)), seen.body);
  response.writeHead(right ? 200 : 403).end();
}

function deleteIntegration(call: Call): Answer {
  const { id } = integrationOf(call);
  call.state.integrations = call.state.integrations.filter((one) => one.id !== id);
  call.state.installations = call.state.installations.filter((one) => one.integrationId !== id);
  return { status: 204 };
}

function deleteInstallation(call: Call): Answer {
  const found = call.state.installations.find(({ id }) => id === call.names[2]);
  if (!found)
    throw new Problem(404, 'Installation not found', `There is no installation ${call.names[2]}.`, {
      remedy: 'List them first.',
    });
  call.state.installations = call.state.installations.filter((one) => one !== found);
  return { status: 204 };
}

function operationPage({ state, query }: Call): Answer {
  const size = Number(query.get('pageSize') ?? 200);
  if (size < 1 || size > 1000) throw new Problem(400, 'Bad request', 'pageSize is 1 to 1000.');
  const from = Number(query.get('pageToken') ?? 0);
  const results = state.operations.slice(from, from + size);
  const done = from + size >= state.operations.length;
  return { status: 200, body: { results, pagination: done ? { done } : { done, nextPageToken: String(from + size) } } };
}

function pause(call: Call): Answer {
  integrationById(call);
  jsonBody(call, ['objects', 'note']);
  return { status: 204 };
}

function objectCall(call: Call): Answer {
  integrationById(call);
  const body = JSON.parse(call.body.toString('utf8')) as {
    mode?: string;
    type?: string;
    groupRef?: string;
    batch?: unknown[];
  };
  if (!body.groupRef) throw new Problem(400, 'Bad request', 'groupRef is missing.');
  if (body.type === undefined) {
    const { mode } = jsonBody(call, ['groupRef', 'mode', 'sinceTimestamp', 'untilTimestamp']);
    if (mode !== 'async') throw new Problem(400, 'Bad request', 'mode is async.');
    return { status: 201, body: { operationId: 'op-read-1' } };
  }
  if (body.batch) {
    const results = body.batch.map((_, index) => ({ success: true, recordId: `00${index}` }));
    return {
      status: 200,
      body: { operationId: 'op-write-1', successCount: results.length, failureCount: 0, results, errors: [] },
    };
  }
  return { status: 200, body: { operationId: 'op-write-1', result: { success: true, recordId: '001' } } };
}

function search(call: Call): Answer {
  integrationById(call);
  if (call.headers['x-amp-request-type'] !== 'search') throw new Problem(400, 'Bad request', 'Not a search.');
  if (!call.query.get('groupRef')) throw new Problem(400, 'Bad request', 'groupRef is missing.');
  jsonBody(call, ['objectName', 'fieldFilters']);
  return {
    status: 200,
    body: { [call.state.searchKey]: [{ id: '001', fields: { id: '001' }, mappedFields: {}, raw: {} }] },
  };
}

function proxy(state: PlatformState, { headers, line }: PlatformRequest, response: ServerResponse): void {
  const target = headers['x-amp-installation-id'] ?? (headers['x-amp-integration-name'] && headers['x-amp-group-ref']);
  const right =
    headers['x-api-key'] === state.key &&
    headers['x-amp-proxy-version'] === '1' &&
    headers['x-amp-project-id'] === state.project.id &&
    target;
  response.writeHead(right ? 200 : 400, { 'content-type': 'application/json' });
  response.end(JSON.stringify(right ? { proxied: line } : { message: 'x-amp headers are wrong' }));
}

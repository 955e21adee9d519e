import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { request as httpRequest, type IncomingHttpHeaders } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type RunningApi, serveApi } from '../../src/api/serve-api.ts';
import type { ApiWorld } from '../../src/api/world.ts';
import { loadConfig } from '../../src/config/load-config.ts';
import { createDestinationStore } from '../../src/destinations/destination-store.ts';
import { deployLocally } from '../../src/environments/local/deploy.ts';
import { openLocalProject } from '../../src/environments/local/local-project.ts';
import { loadBase } from '../../src/environments/local/revisions.ts';
import type { InstallationConfig } from '../../src/installations/config.ts';
import type { InstallationRecord } from '../../src/installations/installation.ts';
import { checkManifest } from '../../src/manifest/check.ts';
import { createNotifier } from '../../src/notifications/notifier.ts';
import { openOrgRegistry } from '../../src/orgs/registry.ts';
import type { Clock } from '../../src/platform/clock.ts';
import { createDescriber } from '../../src/providers/salesforce/describe/describer.ts';
import { createMetricsRegistry } from '../../src/runtime/run/metrics/registry.ts';
import { quickClock, startReadWorld } from '../read/read-world.ts';

export const manifest = `specVersion: 1.0.0
integrations:
  - name: crm
    provider: salesforce
    read:
      objects:
        - objectName: contact
          mapToName: person
          destination: inbox
          schedule: "*/15 * * * *"
          backfill: {defaultPeriod: {fullHistory: true}}
          requiredFields:
            - fieldName: lastname
            - fieldName: email
              mapToName: mail
          optionalFieldsAuto: all
        - objectName: account
          destination: inbox
          requiredFields: [{fieldName: name}]
    write: {objects: [{objectName: contact, inheritMapping: true}, {objectName: account}]}
    proxy: {enabled: true}
  - name: quiet
    provider: salesforce
    read:
      objects:
        - {objectName: lead, destination: inbox, schedule: "0 * * * *", requiredFields: [{fieldName: company}]}
`;

export const contactConfig: InstallationConfig = {
  provider: 'salesforce',
  read: { objects: { contact: { objectName: 'contact' }, account: { objectName: 'account' } } },
  write: {
    objects: {
      contact: { objectName: 'contact', deletionSettings: { enabled: true } },
      account: { objectName: 'account' },
    },
  },
  proxy: { enabled: true },
};

export interface Reply {
  status: number;
  headers: IncomingHttpHeaders;
  text: string;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into answers of every shape
  json: any;
}

export interface Ask {
  method?: string;
  path: string;
  headers?: Record<string, string | string[]>;
  /** Sent as JSON unless it is text. */
  body?: unknown;
  /** Over the socket unless `tcp`. */
  via?: 'socket' | 'tcp';
}

export type ApiRig = Awaited<ReturnType<typeof startApi>>;

/** The API on the emulator with one customer, `acme`: on a socket and on a port, as `amp run` serves it. */
export async function startApi(
  options: { records?: Record<string, number>; clock?: Clock; env?: Record<string, string>; graceMs?: number } = {},
) {
  const folder = mkdtempSync(join(tmpdir(), 'amp-api-'));
  const org = await startReadWorld({
    records: options.records ?? { Contact: 3 },
    onDisk: true,
    frozenClock: false,
    clock: options.clock ?? quickClock,
  });
  const { state, client, record, log } = org;
  const env = {
    HOME: folder,
    AMP_CONFIG_DIR: join(folder, 'config'),
    AMP_CACHE_DIR: join(folder, 'cache'),
    ...options.env,
  };
  const config = loadConfig({}, env, folder);
  await openOrgRegistry(config.configDir).save(record);
  const clock = options.clock ?? quickClock;
  createDestinationStore(state.db).add({ name: 'inbox', kind: 'file', settings: { folder: join(folder, 'inbox') } });
  const project = openLocalProject(state);
  deploy(project, manifest);
  const installation: InstallationRecord = {
    id: 'ins_acme',
    integration: 'crm',
    groupRef: 'acme',
    groupName: 'Acme',
    consumerRef: 'ada',
    consumerName: 'Ada Quist',
    orgId: record.id,
    config: contactConfig,
    status: 'active',
    pausedObjects: [],
    revision: 1,
    keptObjects: [],
    createdAt: '2026-02-01T00:00:00.000Z',
    updatedAt: '2026-02-01T00:00:00.000Z',
  };
  project.installations.save(installation);
  const lines: string[] = [];
  const note = (service: string, message: string) => void lines.push(`${service}: ${message}`);
  const describer = createDescriber({ client, org: record, clock, cacheDir: undefined });
  const health = { ok: true, services: [{ name: 'api', state: 'running', restarts: 0 }] };
  const world: ApiWorld = {
    context: { config },
    clock,
    random: () => 0.5,
    state,
    project,
    projectId: loadBase(state.db).lineage,
    log,
    notifier: createNotifier(state.db, { clock }),
    orgs: { open: async () => ({ org: record, client, describe: describer.object }) },
    changes: { notify: () => note('changes', 'notified') },
    metrics: createMetricsRegistry(),
    health: { live: () => health, ready: () => health },
    logger: { debug: note, info: note, warning: note, error: note },
  };
  const stop = new AbortController();
  const api: RunningApi = await serveApi({
    world,
    listen: '127.0.0.1:0',
    socket: join(folder, 'api.sock'),
    signal: stop.signal,
    graceMs: options.graceMs ?? 2_000,
  });
  const key = readFileSync(api.keyPath!, 'utf8').trim();
  const port = Number(new URL(api.url!).port);

  const ask = ({ method = 'GET', path, headers = {}, body, via = 'socket' }: Ask): Promise<Reply> => {
    const bytes = body === undefined ? undefined : typeof body === 'string' ? body : JSON.stringify(body);
    return send(
      {
        method,
        path,
        ...(via === 'socket' ? { socketPath: api.socketPath } : { host: '127.0.0.1', port }),
        headers: {
          ...(bytes === undefined
            ? {}
            : { 'content-type': 'application/json', 'content-length': String(Buffer.byteLength(bytes)) }),
          ...(via === 'tcp' ? { 'x-api-key': key } : {}),
          ...headers,
        },
      },
      bytes,
    );
  };

  return {
    ...org,
    world,
    project,
    installation,
    api,
    key,
    port,
    lines,
    folder,
    ask,
    stopServing: () => stop.abort(),
    async stop() {
      stop.abort();
      await api.stopped;
      await org.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

export function deploy(project: ReturnType<typeof openLocalProject>, text: string): void {
  const { manifest: checked, diagnostics } = checkManifest({ file: 'amp.yaml', bytes: Buffer.from(text) });
  if (!checked) throw new Error(JSON.stringify(diagnostics));
  deployLocally(project, {
    manifest: checked,
    source: text,
    base: loadBase(project.state.db),
    changes: [],
    onRemoved: 'keep',
    author: 'test',
    at: '2026-02-01T00:00:00.000Z',
  });
}

/** One request with exactly these headers; `undefined` body sends none. */
export function send(
  options: {
    method: string;
    path: string;
    socketPath?: string;
    host?: string;
    port?: number;
    headers: Record<string, string | string[]>;
    setHost?: boolean;
  },
  body?: string | Buffer,
): Promise<Reply> {
  return new Promise((resolve, reject) => {
    const request = httpRequest({ ...options, agent: false }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.once('error', reject);
      response.once('end', () => {
        const text = Buffer.concat(chunks).toString('utf8');
        const isJson = /json/.test(response.headers['content-type'] ?? '') && text !== '';
        resolve({
          status: response.statusCode ?? 0,
          headers: response.headers,
          text,
          json: isJson ? JSON.parse(text) : undefined,
        });
      });
    });
    request.once('error', reject);
    request.end(body);
  });
}

import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createMemoryStore } from '../../src/credentials/memory.ts';
import type { ReadObjectConfig } from '../../src/installations/config.ts';
import type { FieldEntry, ReadObject } from '../../src/manifest/manifest.ts';
import { createOperationLog } from '../../src/operations/operation-log.ts';
import type { OrgRecord } from '../../src/orgs/org.ts';
import { createMemoryRegistry } from '../../src/orgs/registry.ts';
import { type Clock, systemClock } from '../../src/platform/clock.ts';
import { connectSalesforce } from '../../src/providers/salesforce/connect.ts';
import { createDescriber } from '../../src/providers/salesforce/describe/describer.ts';
import { openEmulatedOrg } from '../../src/providers/salesforce/emulator/open-org.ts';
import { type RunningEmulator, startEmulator } from '../../src/providers/salesforce/emulator/start.ts';
import type { ReadSummary, ReadWorld } from '../../src/runtime/read/run-read.ts';
import { createStreamSink } from '../../src/runtime/read/sinks/stream-sink.ts';
import { type StartRead, startRead } from '../../src/runtime/read/start-read.ts';
import { openMemoryState, openState, type State } from '../../src/store/state.ts';

/** A clock whose sleeps are over at once, so that retries cost no time. */
export const quickClock: Clock = {
  now: () => systemClock.now(),
  sleep: async (_ms, signal) => signal?.throwIfAborted(),
};

export const field = (fieldName: string, mapToName?: string): FieldEntry => ({
  kind: 'fixed',
  fieldName,
  ...(mapToName ? { mapToName } : {}),
});

/** `['Name', ['Phone', 'tel']]`: fields delivered as they are, and fixed mappings. */
export function readObject(
  objectName: string,
  fields: readonly (string | [string, string])[],
  more: Partial<ReadObject> = {},
): ReadObject {
  return {
    objectName,
    requiredFields: fields.map((entry) => (typeof entry === 'string' ? field(entry) : field(...entry))),
    optionalFields: [],
    ...more,
  };
}

export interface Line {
  fields: Record<string, unknown>;
  mappedFields: Record<string, unknown>;
  raw: Record<string, unknown>;
  deleted?: boolean;
  id?: string;
}

export type ReadOptions = Partial<Omit<StartRead, 'source' | 'target'>> & {
  object: ReadObject;
  config?: Partial<ReadObjectConfig>;
  target?: StartRead['target'];
  signal?: AbortSignal;
  onProgress?: ReadWorld['onProgress'];
};

/** The emulator's org as connected with a token that is at hand. */
export function recordOf(emulator: RunningEmulator): OrgRecord {
  return {
    id: `${emulator.orgId}:${emulator.userId}`,
    alias: 'acme',
    provider: 'salesforce',
    orgId: emulator.orgId,
    userId: emulator.userId,
    username: emulator.username,
    isSandbox: false,
    isEmulator: true,
    loginUrl: emulator.url,
    instanceUrl: emulator.url,
    apiVersion: '66.0',
    flow: 'access-token',
    credentialStore: 'memory',
    status: 'connected',
    createdAt: '2026-01-01T00:00:00.000Z',
    updatedAt: '2026-01-01T00:00:00.000Z',
  };
}

/** The emulator with a client on it and a state beside it: reads as the commands do, without a process each. */
export async function startReadWorld(
  options: {
    records?: Record<string, number>;
    now?: number;
    frozenClock?: boolean;
    clock?: Clock;
    onDisk?: boolean;
  } = {},
) {
  const org = openEmulatedOrg({
    path: ':memory:',
    seed: 'empty',
    records: options.records ?? {},
    now: options.now ?? Date.parse('2026-03-01T10:00:00Z'),
    frozenClock: options.frozenClock ?? true,
  });
  const emulator = await startEmulator({ org });
  const { accessToken } = emulator.signIn();
  const record = recordOf(emulator);
  const clock = options.clock ?? quickClock;
  const requests: string[] = [];
  const client = await connectSalesforce({
    org: record,
    credentials: createMemoryStore(),
    registry: createMemoryRegistry([record]),
    clock,
    trace: (line) => requests.push(decodeURIComponent(line)),
    tokens: {
      version: 1,
      generation: 1,
      instanceUrl: emulator.url,
      obtainedAt: Date.now(),
      dataKey: Buffer.alloc(32, 7).toString('base64'),
      accessToken,
    },
  });
  const folder = mkdtempSync(join(tmpdir(), 'amp-read-'));
  const state: State = options.onDisk ? openState(folder) : openMemoryState();
  const log = createOperationLog(state.db, { clock, redact: (text) => text });
  const notices: string[] = [];
  const describer = createDescriber({ client, org: record, clock, cacheDir: undefined });

  const world = (signal: AbortSignal): ReadWorld => ({
    client,
    describe: (name) => describer.object(name),
    state,
    log,
    clock,
    signal,
    notice: (text) => notices.push(text),
  });

  return {
    emulator,
    org,
    client,
    state,
    log,
    record,
    folder,
    notices,
    /** `GET http://…/services/data/v66.0/query → 200, 3 ms`, decoded, as they went out. */
    requests,
    /** The SOQL of requests, in order. */
    soql: () => operationSoql(requests),
    async read({
      object,
      config,
      target,
      signal,
      onProgress,
      ...more
    }: ReadOptions): Promise<ReadSummary & { text: string; lines: Line[] }> {
      const chunks: Buffer[] = [];
      const sink = createStreamSink(async (bytes) => void chunks.push(Buffer.from(bytes)));
      const summary = await startRead(
        { ...world(signal ?? new AbortController().signal), onProgress: onProgress ?? (() => {}) },
        {
          readType: 'triggered',
          source: {
            integration: undefined,
            object,
            config: config ? { objectName: object.objectName, ...config } : undefined,
            installation: undefined,
          },
          org: record,
          startedBy: 'test',
          target: target ?? { kind: 'sink', create: () => sink, key: undefined },
          ...more,
        },
      );
      const text = Buffer.concat(chunks).toString();
      const lines =
        more.format === 'csv'
          ? []
          : text
              .split('\n')
              .filter(Boolean)
              .map((line) => JSON.parse(line) as Line);
      return { ...summary, text, lines };
    },
    async stop() {
      await emulator.stop();
      state.close();
    },
  };
}

export type TestWorld = Awaited<ReturnType<typeof startReadWorld>>;

function operationSoql(requests: readonly string[]): string[] {
  return requests.flatMap((line) => /[?&]q=(SELECT .*?)(?: → |$)/.exec(line)?.[1] ?? []);
}

/** Writes into the org as somebody else would, at the org's present time. */
export function change(org: TestWorld['org'], work: Parameters<TestWorld['org']['commit']>[1]): void {
  org.commit({ userId: org.adminUserId, changeOrigin: 'com/salesforce/api/rest/66.0;client=other' }, work);
}

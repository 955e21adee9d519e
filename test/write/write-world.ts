import type { InstallationConfig, ReadObjectConfig, WriteObjectConfig } from '../../src/installations/config.ts';
import type { InstallationRecord } from '../../src/installations/installation.ts';
import type { Integration, ReadObject } from '../../src/manifest/manifest.ts';
import type { Json, JsonObject } from '../../src/mapping/json.ts';
import { findOperation, findOperations, type OperationRecord } from '../../src/operations/find-operations.ts';
import { systemClock } from '../../src/platform/clock.ts';
import { createDescriber } from '../../src/providers/salesforce/describe/describer.ts';
import { parseWriteRequest } from '../../src/runtime/write/parse-request.ts';
import type { WriteAnswer } from '../../src/runtime/write/write-outcome.ts';
import { writeRecords } from '../../src/runtime/write/write-records.ts';
import { findWriteSource, type WriteSource } from '../../src/runtime/write/write-source.ts';
import { change, startReadWorld } from '../read/read-world.ts';

/** An integration that writes one object, and what its customer chose. */
export interface WriteSetting {
  objectName: string;
  read?: Omit<ReadObject, 'objectName'>;
  inheritMapping?: boolean;
  readConfig?: Partial<ReadObjectConfig>;
  writeConfig?: Partial<WriteObjectConfig>;
}

export function sourceOf(setting: WriteSetting, typed = setting.objectName): WriteSource {
  const { objectName, read, readConfig, writeConfig, inheritMapping = read !== undefined } = setting;
  const integration: Integration = {
    name: 'sync',
    provider: 'salesforce',
    ...(read ? { read: { objects: [{ objectName, ...read }] } } : {}),
    write: { objects: [{ objectName, inheritMapping }] },
  };
  const config: InstallationConfig = {
    provider: 'salesforce',
    read: { objects: { [objectName]: { objectName, ...readConfig } } },
    write: { objects: { [objectName]: { objectName, ...writeConfig } } },
  };
  const installation: InstallationRecord = {
    id: 'ins_1',
    integration: 'sync',
    groupRef: 'acme',
    groupName: 'Acme',
    orgId: 'x',
    config,
    status: 'active',
    pausedObjects: [],
    revision: 1,
    keptObjects: [],
    createdAt: '2026-01-01T00:00:00.000Z',
    updatedAt: '2026-01-01T00:00:00.000Z',
  };
  return findWriteSource(integration, installation, typed);
}

/** The emulator with the write engine on it. Its clock runs, and sleeps of ours move it on. */
export async function startWriteWorld() {
  const world = await startReadWorld({ frozenClock: true });
  const { org, client, record, log, state, requests } = world;
  const sleeps: number[] = [];
  const clock = {
    now: () => systemClock.now(),
    sleep: async (ms: number) => {
      sleeps.push(ms);
      org.clock.advance(Math.ceil(ms));
    },
  };
  const describer = createDescriber({ client, org: record, clock, cacheDir: undefined });
  const sync = {
    client,
    clock,
    log,
    signal: new AbortController().signal,
    random: () => 0.5,
    describe: describer.object,
  };
  const plantAll = (object: string, rows: readonly Record<string, unknown>[]): string[] => {
    const ids: string[] = [];
    change(org, (transaction) => {
      for (const values of rows) {
        const result = transaction.insert(object, values);
        if (!result.success) throw new Error(JSON.stringify(result));
        ids.push(result.id);
      }
    });
    org.clock.advance(5_000);
    return ids;
  };
  return {
    ...world,
    sync,
    sleeps,
    describer,
    write(setting: WriteSetting, body: JsonObject, typed = setting.objectName, use = client): Promise<WriteAnswer> {
      const request = parseWriteRequest(typed, { groupRef: 'acme', ...body });
      return writeRecords(
        { ...sync, client: use },
        { source: sourceOf(setting, typed), org: record, startedBy: 'test' },
        request,
      );
    },
    /** A client that lets somebody else do something just before each call of a kind. */
    beforeCalls(method: string, work: () => void): typeof client {
      const other = Object.create(client) as typeof client;
      other.json = async (request) => {
        if ((request.method ?? 'GET') === method) work();
        return client.json(request);
      };
      return other;
    },
    /** Writing calls as `POST sobjects/Account`, in order. */
    calls: () =>
      requests.flatMap((line) => {
        const [, method, path] = /^(\w+) http:\/\/[^/]+\/services\/data\/v[\d.]+\/(\S*)/.exec(line) ?? [];
        return method && method !== 'GET' ? [`${method} ${path}`] : [];
      }),
    /** What the org holds. */
    stored: (object: string, id: string, fields: string[]) =>
      org.retrieve(object, { id }, fields, { userId: org.adminUserId, apiVersion: '66.0' } as never) as Record<
        string,
        Json
      >,
    /** Puts a record there as somebody else, a while ago. */
    plant: (object: string, values: Record<string, unknown>): string => plantAll(object, [values])[0]!,
    plantAll,
    edit(object: string, id: string, values: Record<string, unknown>): void {
      change(org, (transaction) => void transaction.update(object, id, values));
    },
    newestOperation(): OperationRecord {
      log.flush();
      return findOperations(state.db, { limit: 1 }).operations[0]!;
    },
    operation(id: string): OperationRecord {
      log.flush();
      return findOperation(state.db, id)!;
    },
  };
}

export type WriteTestWorld = Awaited<ReturnType<typeof startWriteWorld>>;

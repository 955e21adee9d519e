import { createDestinationStore } from '../../src/destinations/destination-store.ts';
import type { JsonObject } from '../../src/mapping/json.ts';
import { createNotifier } from '../../src/notifications/notifier.ts';
import { createNotificationRoutes } from '../../src/notifications/routes.ts';
import { findOperation } from '../../src/operations/find-operations.ts';
import { loadOperationDetail } from '../../src/operations/operation-detail.ts';
import { createOperationLog } from '../../src/operations/operation-log.ts';
import type { Clock } from '../../src/platform/clock.ts';
import { createDescriber } from '../../src/providers/salesforce/describe/describer.ts';
import { parseWriteRequest } from '../../src/runtime/write/parse-request.ts';
import { enqueueWrite } from '../../src/runtime/write/queue/enqueue-write.ts';
import type { QueueWorld } from '../../src/runtime/write/queue/queue-world.ts';
import { type QueueOptions, runWriteQueue } from '../../src/runtime/write/queue/run-write-queue.ts';
import { startSimulatedClock } from '../destinations/simulated-clock.ts';
import { startReadWorld } from '../read/read-world.ts';
import { sourceOf, type WriteSetting } from './write-world.ts';

/** The emulator with the write queue on it. Time stands still during calls and jumps when all is quiet; the org's goes along. */
export async function startQueueWorld({ clock: given }: { clock?: Clock } = {}) {
  const simulated = startSimulatedClock(Date.parse('2026-03-01T10:00:00Z'));
  const read = await startReadWorld({ frozenClock: true, now: simulated.now() });
  const { client, record, state, org, requests } = read;
  const clock: Clock = given ?? {
    now: simulated.now,
    sleep: async (ms, signal) => {
      try {
        await simulated.sleep(ms, signal);
      } finally {
        const behind = simulated.now() - org.clock.now();
        if (behind > 0) org.clock.advance(behind);
      }
    },
  };
  const log = createOperationLog(state.db, { clock, redact: (text) => text });
  createDestinationStore(state.db, clock.now).add({
    name: 'pager',
    kind: 'webhook',
    settings: { url: 'https://pager.example.com/hook', headers: {}, allowPrivateNetwork: false },
  });
  createNotificationRoutes(state.db).add({ topic: 'all', types: ['write.async.done'], destinations: ['pager'] });
  const describer = createDescriber({ client, org: record, clock, cacheDir: undefined });
  const describe = describer.object;
  const { installation, integration } = sourceOf({ objectName: 'Account' });
  const world: QueueWorld = {
    state,
    clock,
    random: () => 0.5,
    log,
    notifier: createNotifier(state.db, { clock }),
    projectId: 'prj_1',
    project: { installations: { get: () => installation }, integrationOf: () => integration },
    orgs: { open: async () => ({ client, describe }) },
  };
  const never = new AbortController().signal;
  return {
    ...read,
    world,
    clock,
    simulated,
    /** Accepts an asynchronous write; gives its receipt. */
    enqueue: (body: JsonObject, setting: WriteSetting = { objectName: 'Account' }) =>
      enqueueWrite(
        { state, clock, log, describe },
        { source: sourceOf(setting), org: record, startedBy: 'test' },
        parseWriteRequest(setting.objectName, { groupRef: 'acme', mode: 'asynchronous', ...body }),
      ),
    /** Runs the queue until these operations have ended. */
    run: (operations: readonly string[], options: Partial<QueueOptions> = {}) =>
      runWriteQueue(world, { signal: never, until: { operations }, pollMs: 60_000, ...options }),
    operation: (id: string) => findOperation(state.db, id)!,
    lines: (id: string) => loadOperationDetail(state.db, id, 100).lines.map(({ message }) => message),
    notifications: () =>
      state.db
        .prepare('SELECT body FROM outbox JOIN outbox_bodies USING (seq) ORDER BY seq')
        .all<{ body: Uint8Array }>()
        .map(({ body }) => JSON.parse(Buffer.from(body).toString())),
    /** Requests that could write, as `POST sobjects/Account → 201`. */
    writes: () =>
      requests
        .filter((line) => !line.startsWith('GET'))
        .map((line) => line.replace(/https?:\/\/[^/]+\/services\/data\/v66\.0\//, '').replace(/,? \d+ ms$/, '')),
    /** Rows of an object, oldest first. */
    async rows(object: string, fields: string): Promise<Record<string, unknown>[]> {
      const soql = `SELECT ${fields} FROM ${object} ORDER BY Id`;
      const { body } = await client.json<{ records: Record<string, unknown>[] }>({ path: 'query', query: { q: soql } });
      return body.records.map(({ attributes: _attributes, ...row }) => row);
    },
    async stop() {
      simulated.stop();
      await read.stop();
    },
  };
}

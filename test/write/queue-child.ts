// One process that sends what the write queue of a state folder holds, for the tests that kill it. argv: one JSON object.
import { createMemoryStore } from '../../src/credentials/memory.ts';
import { openLocalProject } from '../../src/environments/local/local-project.ts';
import { createNotifier } from '../../src/notifications/notifier.ts';
import { createOperationLog } from '../../src/operations/operation-log.ts';
import { createMemoryRegistry } from '../../src/orgs/registry.ts';
import { acceleratedClock, systemClock } from '../../src/platform/clock.ts';
import { connectSalesforce } from '../../src/providers/salesforce/connect.ts';
import { createDescriber } from '../../src/providers/salesforce/describe/describer.ts';
import { runWriteQueue } from '../../src/runtime/write/queue/run-write-queue.ts';
import { openState } from '../../src/store/state.ts';
import type { QueueChild } from './queue-process.ts';

const { dir, record, accessToken, speed, originMs } = JSON.parse(process.argv[2]!) as QueueChild;
const clock = speed === 1 ? systemClock : acceleratedClock({ speed, originMs });
const state = openState(dir);
const operations = state.db
  .prepare('SELECT operation FROM queued_writes')
  .all<{ operation: string }>()
  .map(({ operation }) => operation);
const client = await connectSalesforce({
  org: record,
  credentials: createMemoryStore(),
  registry: createMemoryRegistry([record]),
  clock,
  tokens: {
    version: 1,
    generation: 1,
    instanceUrl: record.instanceUrl,
    obtainedAt: Date.now(),
    dataKey: Buffer.alloc(32, 7).toString('base64'),
    accessToken,
  },
});
const describer = createDescriber({ client, org: record, clock, cacheDir: undefined });
await runWriteQueue(
  {
    state,
    clock,
    random: Math.random,
    log: createOperationLog(state.db, { clock, redact: (text) => text }),
    notifier: createNotifier(state.db, { clock }),
    projectId: 'prj_1',
    project: openLocalProject(state),
    orgs: { open: async () => ({ client, describe: describer.object }) },
  },
  { signal: new AbortController().signal, until: { operations }, pollMs: 5 * speed, lookAfterMs: 40 * speed },
);
state.close();

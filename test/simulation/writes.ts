import { createOperationLog } from '../../src/operations/operation-log.ts';
import { parseObjectSchema } from '../../src/providers/salesforce/describe/object-schema.ts';
import { parseWriteRequest } from '../../src/runtime/write/parse-request.ts';
import { enqueueWrite } from '../../src/runtime/write/queue/enqueue-write.ts';
import { findWriteSource } from '../../src/runtime/write/write-source.ts';
import type { World } from './world.ts';

/** What the product asked to be written: a new account of a name that nobody else uses. */
export interface AskedWrite {
  operationId: string;
  name: string;
}

/** The product hands over a write; it is sent whenever the org and we are there. */
export async function askToWrite(world: World): Promise<void> {
  const { state, time, emulator, installation, project } = world;
  const { schema, adminUserId } = emulator.org;
  const clock = { now: () => time.now, sleep: async () => {} };
  const name = `written ${world.asked.length}`;
  const { operationId } = await enqueueWrite(
    {
      state,
      clock,
      log: createOperationLog(state.db, { clock, redact: (text) => text }),
      describe: async (object) => parseObjectSchema(schema.describe(object, adminUserId, '66.0')),
    },
    {
      source: findWriteSource(project.integrationOf(installation)!, installation, 'account'),
      org: { id: world.orgId },
      startedBy: 'api',
    },
    parseWriteRequest('account', {
      groupRef: installation.groupRef,
      type: 'create',
      mode: 'asynchronous',
      record: { Name: name },
      retryPolicy: { deadlineHours: 1 + Math.floor(world.random() * 47) },
    }),
  );
  world.asked.push({ operationId, name });
}

/** I7: applied at most once, and never told otherwise than it was. */
export function checkWrites(world: World, isEnd: boolean): string[] {
  const { state, emulator } = world;
  const made = new Map<string, number>();
  for (const entry of emulator.org.log.read(0, 1_000_000)) {
    const name = entry.object === 'Account' && entry.kind === 'CREATE' ? String(entry.after?.Name) : '';
    if (name.startsWith('written ')) made.set(name, (made.get(name) ?? 0) + 1);
  }
  return world.asked.flatMap(({ operationId, name }) => {
    const times = made.get(name) ?? 0;
    const operation = state.db
      .prepare('SELECT status, result FROM operations WHERE id = ?')
      .get<{ status: string; result: string | null }>(operationId);
    // Forgotten with its age.
    if (!operation) return times > 1 ? [`I7 ${name} was applied ${times} times`] : [];
    const { status, result } = operation;
    if (times > 1) return [`I7 ${name} was applied ${times} times`];
    if (status === 'success' && times === 0) return [`I7 ${name} is called a success and was never applied`];
    if (status === 'failure' && times === 1) return [`I7 ${name} is called a failure and was applied: ${result}`];
    if (isEnd && status === 'in_progress') return [`I9 ${name} is still on its way`];
    return [];
  });
}

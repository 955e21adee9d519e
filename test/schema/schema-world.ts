import { createDestinationStore } from '../../src/destinations/destination-store.ts';
import { createOutbox } from '../../src/destinations/outbox.ts';
import type { InstallationConfig } from '../../src/installations/config.ts';
import type { InstallationRecord } from '../../src/installations/installation.ts';
import type { Integration, ReadObject, WatchSchema } from '../../src/manifest/manifest.ts';
import { findOperations } from '../../src/operations/find-operations.ts';
import { freshDescribe } from '../../src/runtime/schema/look-at-object.ts';
import { SchemaStore } from '../../src/runtime/schema/schema-store.ts';
import { watchSchema } from '../../src/runtime/schema/watch-schema.ts';
import { quickClock, readObject, startReadWorld } from '../read/read-world.ts';

export const everyKind: WatchSchema = {
  destination: 'drift',
  fieldCreated: true,
  fieldDeleted: true,
  fieldChanged: true,
};

export interface SchemaWorldOptions {
  watch?: WatchSchema;
  objects?: ReadObject[];
  integration?: Partial<Integration>;
  config?: InstallationConfig;
}

export interface SchemaBody {
  action: string;
  objectName: string;
  result: {
    createdFields?: { fieldName: string }[];
    deletedFields?: { fieldName: string; reason?: string }[];
    changedFields?: { oldSchema: Record<string, unknown>; newSchema: Record<string, unknown> }[];
  };
  [key: string]: unknown;
}

/** One installation that watches the schema of an emulated org, run by run. */
export async function startSchemaWorld(options: SchemaWorldOptions = {}) {
  const world = await startReadWorld();
  const { state, client, log, record } = world;
  createDestinationStore(state.db, () => Date.now()).add({
    name: 'drift',
    kind: 'webhook',
    settings: { url: 'https://example.com/hook', headers: {}, allowPrivateNetwork: false },
  });
  const objects = options.objects ?? [readObject('contact', ['LastName'], { mapToName: 'person' })];
  const integration: Integration = {
    name: 'crm',
    provider: 'salesforce',
    read: { objects },
    watchSchema: options.watch ?? everyKind,
    ...options.integration,
  };
  const installation: InstallationRecord = {
    id: 'ins_1',
    integration: 'crm',
    groupRef: 'quayline',
    groupName: 'Quayline Logistics',
    consumerRef: 'u-12',
    consumerName: 'Ada Quist',
    orgId: record.id,
    config: options.config ?? {
      provider: 'salesforce',
      read: { objects: Object.fromEntries(objects.map(({ objectName }) => [objectName, { objectName }])) },
    },
    status: 'active',
    pausedObjects: [],
    revision: 1,
    keptObjects: [],
    createdAt: '2026-02-01T08:00:00.000Z',
    updatedAt: '2026-02-03T08:00:00.000Z',
  };
  const store = new SchemaStore(state.db);
  const outbox = createOutbox(state.db);
  let seen = 0;
  return {
    ...world,
    store,
    integration,
    installation,
    admin: world.emulator.userId,
    schema: world.org.schema,
    run: (signal = new AbortController().signal, orgId = record.id) =>
      watchSchema(
        {
          client,
          describe: freshDescribe(client, quickClock, signal),
          clock: quickClock,
          store,
          signal,
          db: state.db,
          log,
          outbox,
          projectId: 'prj_7',
        },
        { installation, integration, orgId, startedBy: 'schedule' },
      ),
    /** Bodies added to the outbox since the last call. */
    sent(): SchemaBody[] {
      const rows = state.db
        .prepare('SELECT seq, body FROM outbox_bodies WHERE seq > ? ORDER BY seq')
        .all<{ seq: number; body: Uint8Array }>(seen);
      seen = rows.at(-1)?.seq ?? seen;
      return rows.map(({ body }) => JSON.parse(Buffer.from(body).toString()) as SchemaBody);
    },
    operations: () => findOperations(state.db, { actions: ['schema'], limit: 100 }).operations,
    /** Texts of warnings, in order. */
    warnings: () =>
      state.db
        .prepare('SELECT message FROM log_lines WHERE severity = 30 ORDER BY id')
        .all<{ message: string }>()
        .map(({ message }) => message),
  };
}

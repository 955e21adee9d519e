import type { OutboxMessage } from '../../destinations/destination.ts';
import { newMessageId } from '../../destinations/outbox.ts';
import { messageLimitBytes } from '../../destinations/pack.ts';
import type { InstallationRecord } from '../../installations/installation.ts';
import type { Integration, WatchSchema } from '../../manifest/manifest.ts';
import type { FieldMetadata } from '../../providers/salesforce/describe/field-metadata.ts';
import type { SchemaDiff } from './diff-schema.ts';
import { toMetadata } from './schema-state.ts';
import type { FieldFate, FieldFates } from './schema-store.ts';

/** `result` of a schema.watch message; lists without entries are left out. */
export interface SchemaChanges {
  createdFields?: FieldMetadata[];
  deletedFields?: DeletedField[];
  changedFields?: { oldSchema: FieldMetadata; newSchema: FieldMetadata }[];
}

export interface DeletedField extends FieldMetadata {
  /** `hidden`: still there, but not for the connected user (field-level security). Absent: the org does not tell. */
  reason?: FieldFate;
}

/** A list of the result, and one entry of it as JSON. */
type Entry = [list: keyof SchemaChanges, json: string];

/** Messages of one object's changes, of the kinds the manifest asks for; none when nothing of those changed. */
export function renderSchemaMessages(
  about: { projectId: string; integration: Integration; installation: InstallationRecord; objectName: string },
  watch: WatchSchema,
  { diff, fates, operationId, now }: { diff: SchemaDiff; fates: FieldFates; operationId: string; now: number },
): OutboxMessage[] {
  const head = JSON.stringify(schemaHead(about)).slice(0, -1);
  const roomBytes = messageLimitBytes - Buffer.byteLength(head) - 200;
  return pack(entriesOf(diff, watch, fates, roomBytes), roomBytes).map((entries) => ({
    id: newMessageId(now),
    destination: watch.destination,
    orderKey: about.objectName,
    body: Buffer.from(`${head},"result":${renderResult(entries)}}`),
    operationId,
    records: entries.length,
    topic: 'schema.watch',
  }));
}

function schemaHead({ projectId, integration, installation, objectName }: Parameters<typeof renderSchemaMessages>[0]) {
  return {
    action: 'schema.watch',
    projectId,
    provider: integration.provider,
    groupRef: installation.groupRef,
    groupName: installation.groupName,
    consumerRef: installation.consumerRef ?? '',
    consumerName: installation.consumerName ?? '',
    installationId: installation.id,
    installationUpdateTime: installation.updatedAt,
    objectName,
  };
}

function entriesOf(diff: SchemaDiff, watch: WatchSchema, fates: FieldFates, roomBytes: number): Entry[] {
  const fitted = (list: keyof SchemaChanges, entry: object): Entry => {
    const json = JSON.stringify(entry);
    return [list, Buffer.byteLength(json) <= roomBytes ? json : withoutValues(entry)];
  };
  return [
    ...(watch.fieldCreated ? diff.created.map((field) => fitted('createdFields', toMetadata(field))) : []),
    ...(watch.fieldDeleted
      ? diff.deleted.map((field) => {
          const reason = fates[field.fieldName];
          return fitted('deletedFields', { ...toMetadata(field), ...(reason && { reason }) });
        })
      : []),
    ...(watch.fieldChanged
      ? diff.changed.map((change) =>
          fitted('changedFields', { oldSchema: toMetadata(change.old), newSchema: toMetadata(change.new) }),
        )
      : []),
  ];
}

/** A picklist too long for a message: it is said that the values are not all of it. */
function withoutValues(entry: object): string {
  return JSON.stringify(entry, (key, value) => (key === 'values' ? undefined : value)).replace(
    /^\{/,
    '{"valuesOmitted":true,',
  );
}

function pack(entries: readonly Entry[], roomBytes: number): Entry[][] {
  const messages: Entry[][] = [];
  let free = 0;
  for (const entry of entries) {
    const bytes = Buffer.byteLength(entry[1]) + 1;
    if (messages.length === 0 || bytes > free) {
      messages.push([]);
      free = roomBytes;
    }
    messages.at(-1)!.push(entry);
    free -= bytes;
  }
  return messages;
}

function renderResult(entries: readonly Entry[]): string {
  const lists = [...new Set(entries.map(([list]) => list))];
  const render = (list: keyof SchemaChanges) =>
    `"${list}":[${entries
      .filter(([own]) => own === list)
      .map(([, json]) => json)
      .join(',')}]`;
  return `{${lists.map(render).join(',')}}`;
}

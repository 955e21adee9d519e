import type { Clock } from '../../platform/clock.ts';
import { createDescriber } from '../../providers/salesforce/describe/describer.ts';
import { fetchExistingFields } from '../../providers/salesforce/describe/existing-fields.ts';
import type { ObjectSchema } from '../../providers/salesforce/describe/object-schema.ts';
import type { SalesforceClient } from '../../providers/salesforce/rest/client.ts';
import { diffSchema, type SchemaDiff } from './diff-schema.ts';
import { type SchemaState, toSchemaState } from './schema-state.ts';
import { type FieldFates, nameOf, type SchemaStore, type WatchedObject } from './schema-store.ts';

export interface LookWorld {
  client: SalesforceClient;
  describe(objectName: string): Promise<ObjectSchema>;
  clock: Clock;
  store: SchemaStore;
  signal: AbortSignal;
}

/** An object as it is now, beside what is remembered of it. */
export interface Look {
  /** Org's spelling. */
  rawObjectName: string;
  state: SchemaState;
  known: WatchedObject | undefined;
  /** From baseline to now; nothing in it without a baseline. */
  sinceBaseline: SchemaDiff;
  /** From what messages have told to now; nothing in it when they have told nothing. */
  sinceTold: SchemaDiff;
  /** Of the fields that the diffs call deleted, where the org tells. */
  fates: FieldFates;
}

/**
 * Describes objects anew, each once: a kept answer would do for its definition, but an org need not count a change of
 * somebody's field-level security as a change of the object.
 */
export function freshDescribe(client: SalesforceClient, clock: Clock, signal: AbortSignal): LookWorld['describe'] {
  const org = { id: '', instanceUrl: client.instanceUrl, isEmulator: false };
  const describer = createDescriber({ client, org, clock, cacheDir: undefined, signal });
  return (objectName) => describer.object(objectName);
}

/** Throws `salesforce-…`, `org-…`. */
export async function lookAtObject(world: LookWorld, scope: string, orgId: string, objectName: string): Promise<Look> {
  const { client, store, signal } = world;
  const object = await world.describe(objectName);
  const state = toSchemaState(object);
  const known = store.find(scope, orgId, objectName);
  const { id } = nameOf(state);
  // Mostly nothing has changed, and equal names say so without reading what is kept.
  const since = (before: string | undefined) =>
    before === undefined || before === id ? nothing : diffSchema(store.state(before), state);
  const sinceBaseline = since(known?.baseline);
  const sinceTold = known?.told === known?.baseline ? sinceBaseline : since(known?.told);
  const gone = [...new Set([...sinceBaseline.deleted, ...sinceTold.deleted].map(({ name }) => name))];
  const fates = gone.length === 0 ? {} : await fetchFates(client, object.name, gone, signal);
  return { rawObjectName: object.name, state, known, sinceBaseline, sinceTold, fates };
}

const nothing: SchemaDiff = { created: [], deleted: [], changed: [] };

/** Deleted, or only hidden from this user: asked of the org's set-up, which not every user may see. */
async function fetchFates(
  client: SalesforceClient,
  object: string,
  names: readonly string[],
  signal: AbortSignal,
): Promise<FieldFates> {
  const existing = await fetchExistingFields(client, object, names, signal);
  if (!existing) return {};
  return Object.fromEntries(
    names.map((name) => [name.toLowerCase(), existing.has(name.toLowerCase()) ? 'hidden' : 'deleted'] as const),
  );
}

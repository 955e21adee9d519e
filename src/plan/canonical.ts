import { createHash } from 'node:crypto';
import { fieldKey, mappedKey, objectKey } from '../manifest/identity.ts';
import type {
  FieldEntry,
  Integration,
  Manifest,
  ReadObject,
  SubscribeObject,
  WriteObject,
} from '../manifest/manifest.ts';
import type { Json, JsonObject } from './plan.ts';

/**
 * A manifest as plain JSON in one shape per meaning: lists keyed by identity and sorted, defaults left out, spelling that
 * does not matter folded. Equal canonical forms = nothing to deploy. Diffs, hashes and saved plans are made of it.
 */
export type CanonicalManifest = { [integration: string]: JsonObject };

export function canonicalManifest(manifest: Manifest): CanonicalManifest {
  return Object.fromEntries(
    sorted(manifest.integrations.map((integration) => [integration.name, canonicalIntegration(integration)])),
  );
}

/** SHA-256 (hex) of the canonical form: the same for every file that means the same. */
export function hashManifest(manifest: Manifest): string {
  return createHash('sha256')
    .update(stableJson(canonicalManifest(manifest)))
    .digest('hex');
}

/** JSON with the keys of every object in code-unit order: equal values give equal text. */
export function stableJson(value: Json): string {
  return JSON.stringify(value, (_key, part: Json) =>
    part && typeof part === 'object' && !Array.isArray(part) ? Object.fromEntries(sorted(Object.entries(part))) : part,
  );
}

function canonicalIntegration(integration: Integration): JsonObject {
  const { provider } = integration;
  const { proxy, watchSchema } = integration;
  return present({
    provider,
    displayName: integration.displayName,
    module: integration.module,
    read: keyed(integration.read?.objects, provider, (object) => canonicalRead(object, provider)),
    subscribe: keyed(integration.subscribe?.objects, provider, canonicalSubscribe),
    write: keyed(integration.write?.objects, provider, canonicalWrite),
    proxy: proxy?.enabled ? present({ enabled: true, useModule: proxy.useModule || undefined }) : undefined,
    watchSchema: watchSchema && present({ ...watchSchema }),
  });
}

function canonicalRead(object: ReadObject, provider: string): JsonObject {
  const entries: [FieldEntry, boolean][] = [
    // A field in both lists is required.
    ...object.optionalFields.map((entry): [FieldEntry, boolean] => [entry, false]),
    ...object.requiredFields.map((entry): [FieldEntry, boolean] => [entry, true]),
  ];
  const fields: [string, JsonObject][] = [];
  const mappings: [string, JsonObject][] = [];
  for (const [entry, required] of entries) {
    if (entry.kind === 'chosen') {
      mappings.push([
        mappedKey(entry.mapToName),
        present({
          required,
          label: entry.mapToDisplayName === entry.mapToName ? undefined : entry.mapToDisplayName,
          prompt: entry.prompt,
          default: entry.default && fieldKey(provider, entry.default),
        }),
      ]);
    } else if (entry.mapToName !== undefined) {
      const source = fieldKey(provider, entry.fieldName);
      mappings.push([mappedKey(entry.mapToName), present({ required, label: entry.mapToDisplayName, source })]);
    } else {
      fields.push([fieldKey(provider, entry.fieldName), present({ required, label: entry.mapToDisplayName })]);
    }
  }
  return present({
    objectName: object.objectName,
    mapToName: object.mapToName,
    mapToDisplayName: object.mapToDisplayName,
    destination: object.destination,
    schedule: object.schedule?.trim().replace(/\s+/g, ' ') || undefined,
    backfill: object.backfill && { ...object.backfill },
    enabled: object.enabled,
    delivery: object.delivery && present({ ...object.delivery }),
    optionalFieldsAuto: object.optionalFieldsAuto,
    fields: notEmpty(Object.fromEntries(sorted(fields))),
    mappings: notEmpty(Object.fromEntries(sorted(mappings))),
  });
}

function canonicalSubscribe(object: SubscribeObject): JsonObject {
  const watch = object.updateEvent?.watch;
  return present({
    objectName: object.objectName,
    destination: object.destination,
    inheritFieldsAndMapping: object.inheritFieldsAndMapping || undefined,
    createEvent: object.createEvent || undefined,
    // Watch names may be mapped names, which keep their case.
    updateEvent: Array.isArray(watch) ? sortedSet(watch) : watch,
    deleteEvent: object.deleteEvent || undefined,
    associationChangeEvent: object.associationChangeEvent && { ...object.associationChangeEvent },
    otherEvents: object.otherEvents.length > 0 ? sortedSet(object.otherEvents) : undefined,
  });
}

function canonicalWrite(object: WriteObject): JsonObject {
  return present({
    objectName: object.objectName,
    inheritMapping: object.inheritMapping || undefined,
    allowAnyFields: object.valueDefaults?.allowAnyFields || undefined,
  });
}

function keyed<Item extends { objectName: string }>(
  items: readonly Item[] | undefined,
  provider: string,
  canonical: (item: Item) => JsonObject,
): JsonObject | undefined {
  const entries = (items ?? []).map((item): [string, JsonObject] => [
    objectKey(provider, item.objectName),
    canonical(item),
  ]);
  return notEmpty(Object.fromEntries(sorted(entries)));
}

function notEmpty(object: JsonObject): JsonObject | undefined {
  return Object.keys(object).length > 0 ? object : undefined;
}

function present(values: { [key: string]: Json | undefined }): JsonObject {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as JsonObject;
}

function sortedSet(names: readonly string[]): string[] {
  return [...new Set(names)].sort();
}

/** By key; of two with one key the last wins. Code-unit order: the same on every machine. */
function sorted<Value>(entries: readonly [string, Value][]): [string, Value][] {
  return [...entries].sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
}

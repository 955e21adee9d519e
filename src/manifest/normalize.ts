import type { DraftField, DraftIntegration, DraftManifest, DraftReadObject, DraftSubscribeObject } from './keys.ts';
import type {
  BackfillPeriod,
  FieldEntry,
  Integration,
  Manifest,
  ReadObject,
  SubscribeObject,
  WatchSchema,
  WriteObject,
} from './manifest.ts';
import { readObjectsOf, said, subscribeObjectsOf, writeObjectsOf } from './parts.ts';

/** A draft without errors → the manifest everything else works with: defaults filled in, empty values left out. */
export function normalizeManifest(draft: DraftManifest): Manifest {
  return { specVersion: '1.0.0', integrations: (draft.integrations?.items ?? []).map(normalizeIntegration) };
}

function normalizeIntegration(draft: DraftIntegration): Integration {
  return compact<Integration>({
    name: draft.name?.value ?? '',
    displayName: said(draft.displayName),
    provider: draft.provider?.value ?? '',
    module: said(draft.module),
    read: draft.read && { objects: readObjectsOf(draft).map(normalizeReadObject) },
    subscribe: draft.subscribe && { objects: subscribeObjectsOf(draft).map(normalizeSubscribeObject) },
    write: draft.write && {
      objects: writeObjectsOf(draft).map((object) =>
        compact<WriteObject>({
          objectName: object.objectName?.value ?? '',
          inheritMapping: object.inheritMapping?.value ?? false,
          valueDefaults: object.valueDefaults && {
            allowAnyFields: object.valueDefaults.allowAnyFields?.value ?? false,
          },
        }),
      ),
    },
    proxy: draft.proxy && {
      enabled: draft.proxy.enabled?.value ?? false,
      useModule: draft.proxy.useModule?.value ?? false,
    },
    watchSchema: draft.watchSchema && normalizeWatchSchema(draft.watchSchema),
  });
}

function normalizeReadObject(draft: DraftReadObject): ReadObject {
  return compact<ReadObject>({
    objectName: draft.objectName?.value ?? '',
    destination: said(draft.destination),
    schedule: said(draft.schedule)?.trim(),
    mapToName: said(draft.mapToName),
    mapToDisplayName: said(draft.mapToDisplayName),
    requiredFields: (draft.requiredFields?.items ?? []).map(normalizeField),
    optionalFields: (draft.optionalFields?.items ?? []).map(normalizeField),
    optionalFieldsAuto: said(draft.optionalFieldsAuto) as 'all' | undefined,
    backfill: normalizeBackfill(draft),
    enabled: said(draft.enabled) as 'always' | undefined,
    delivery:
      draft.delivery &&
      compact<NonNullable<ReadObject['delivery']>>({
        mode: (said(draft.delivery.mode) ?? 'auto') as 'auto' | 'onRequest',
        pageSize: draft.delivery.pageSize?.value,
      }),
  });
}

function normalizeBackfill(draft: DraftReadObject): BackfillPeriod | undefined {
  const period = draft.backfill?.defaultPeriod;
  if (period?.fullHistory?.value) return { fullHistory: true };
  const days = period?.days?.value ?? 0;
  return days > 0 ? { days } : undefined;
}

function normalizeField(draft: DraftField): FieldEntry {
  const fieldName = draft.fieldName?.value;
  const mapToName = draft.mapToName?.value;
  if (fieldName !== undefined) {
    return compact<FieldEntry>({
      kind: 'fixed',
      fieldName,
      mapToName,
      mapToDisplayName: draft.mapToDisplayName?.value,
    });
  }
  return compact<FieldEntry>({
    kind: 'chosen',
    mapToName: mapToName ?? '',
    mapToDisplayName: draft.mapToDisplayName?.value ?? mapToName ?? '',
    prompt: draft.prompt?.value,
    default: draft.default?.value,
  });
}

function normalizeSubscribeObject(draft: DraftSubscribeObject): SubscribeObject {
  const { updateEvent, associationChangeEvent } = draft;
  const watched = updateEvent?.requiredWatchFields?.items.map((item) => item.value);
  return compact<SubscribeObject>({
    objectName: draft.objectName?.value ?? '',
    destination: draft.destination?.value ?? '',
    inheritFieldsAndMapping: draft.inheritFieldsAndMapping?.value ?? false,
    createEvent: draft.createEvent?.enabled?.value === 'always',
    deleteEvent: draft.deleteEvent?.enabled?.value === 'always',
    updateEvent:
      updateEvent?.enabled?.value === 'always'
        ? { watch: watched ?? (updateEvent.watchFieldsAuto?.value as 'all' | 'selected') }
        : undefined,
    associationChangeEvent:
      associationChangeEvent?.enabled?.value === 'always'
        ? { includeFullRecords: associationChangeEvent.includeFullRecords?.value ?? false }
        : undefined,
    otherEvents: (draft.otherEvents?.items ?? []).map((item) => item.value).filter((name) => name.trim() !== ''),
  });
}

function normalizeWatchSchema(draft: NonNullable<DraftIntegration['watchSchema']>): WatchSchema {
  const { allObjects } = draft;
  return compact<WatchSchema>({
    destination: draft.destination?.value ?? '',
    schedule: said(draft.schedule)?.trim(),
    fieldCreated: allObjects?.fieldCreated?.enabled?.value === 'always',
    fieldDeleted: allObjects?.fieldDeleted?.enabled?.value === 'always',
    fieldChanged: allObjects?.fieldChanged?.enabled?.value === 'always',
  });
}

type Loose<Value> = { [Key in keyof Value]: Value[Key] | undefined };

/** Without the keys that have no value. */
function compact<Value extends object>(value: Value extends unknown ? Loose<Value> : never): Value {
  return Object.fromEntries(Object.entries(value).filter(([, member]) => member !== undefined)) as Value;
}

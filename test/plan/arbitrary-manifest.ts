import fc from 'fast-check';
import type { FieldEntry, Integration, Manifest, ReadObject } from '../../src/manifest/manifest.ts';

// Few names, so that two manifests share things, rename them and swap them; odd ones, so that paths must quote.
const fieldName = fc.constantFrom(
  'id',
  'name',
  'Name',
  'amount',
  'stagename',
  "$['Owner']['Email']",
  '__proto__',
  'a.b',
);
const mappedName = fc.constantFrom('stage', 'note', "$['owner']['email']", 'fields', '__proto__', '12', 'x"y');
const objectName = fc.constantFrom('account', 'Opportunity', 'touchpoint__c', 'a/b');
const schedule = fc.constantFrom('*/10 * * * *', '*/15 * * * *', '0 */2 * * *');
const destination = fc.constantFrom('crmEvents', 'other');

const fixed: fc.Arbitrary<FieldEntry> = fc.record(
  {
    kind: fc.constant('fixed' as const),
    fieldName,
    mapToName: mappedName,
    mapToDisplayName: fc.constantFrom('Stage', 'Note'),
  },
  { requiredKeys: ['kind', 'fieldName'] },
);

const chosen: fc.Arbitrary<FieldEntry> = fc.record(
  {
    kind: fc.constant('chosen' as const),
    mapToName: mappedName,
    mapToDisplayName: fc.constantFrom('Stage', 'note'),
    prompt: fc.constantFrom('Pick the stage.', 'Pick the note.'),
    default: fc.constantFrom('Industry', 'name'),
  },
  { requiredKeys: ['kind', 'mapToName', 'mapToDisplayName'] },
);

const identity = (entry: FieldEntry) => entry.mapToName ?? (entry.kind === 'fixed' ? `.${entry.fieldName}` : '');

const readObject: fc.Arbitrary<ReadObject> = fc
  .record(
    {
      objectName,
      destination,
      schedule,
      mapToName: mappedName,
      entries: fc.uniqueArray(fc.tuple(fc.oneof(fixed, chosen), fc.boolean()), {
        selector: ([entry]) => identity(entry).toLowerCase(),
        maxLength: 6,
      }),
      optionalFieldsAuto: fc.constant('all' as const),
      backfill: fc.oneof(
        fc.record({ days: fc.integer({ min: 1, max: 200 }) }),
        fc.constant({ fullHistory: true as const }),
      ),
      enabled: fc.constant('always' as const),
    },
    { requiredKeys: ['objectName', 'entries'] },
  )
  .map(({ entries, ...object }) => ({
    ...object,
    requiredFields: entries.filter(([, required]) => required).map(([entry]) => entry),
    optionalFields: entries.filter(([, required]) => !required).map(([entry]) => entry),
  }));

const subscribeObject = fc.record(
  {
    objectName,
    destination,
    inheritFieldsAndMapping: fc.boolean(),
    createEvent: fc.boolean(),
    deleteEvent: fc.boolean(),
    updateEvent: fc.record({
      watch: fc.oneof(
        fc.constantFrom('all' as const, 'selected' as const),
        fc.uniqueArray(fc.constantFrom('stage', 'amount', 'note'), { minLength: 1 }),
      ),
    }),
    otherEvents: fc.uniqueArray(fc.constantFrom('UNDELETE', 'GAP_CREATE')),
  },
  {
    requiredKeys: ['objectName', 'destination', 'inheritFieldsAndMapping', 'createEvent', 'deleteEvent', 'otherEvents'],
  },
);

const writeObject = fc.record(
  { objectName, inheritMapping: fc.boolean(), valueDefaults: fc.record({ allowAnyFields: fc.boolean() }) },
  { requiredKeys: ['objectName', 'inheritMapping'] },
);

const objects = <Item extends { objectName: string }>(item: fc.Arbitrary<Item>) =>
  fc.record({ objects: fc.uniqueArray(item, { selector: (one) => one.objectName, minLength: 1, maxLength: 3 }) });

const integration: fc.Arbitrary<Integration> = fc.record(
  {
    name: fc.constantFrom('crm', 'pipelineSync', 'read', 'a_b-9', '__proto__'),
    displayName: fc.constantFrom('CRM', 'Pipeline'),
    provider: fc.constantFrom('salesforce', 'hubspot'),
    module: fc.constantFrom('crm'),
    read: objects(readObject),
    subscribe: objects(subscribeObject),
    write: objects(writeObject),
    proxy: fc.record({ enabled: fc.boolean(), useModule: fc.boolean() }),
    watchSchema: fc.record(
      { destination, schedule, fieldCreated: fc.boolean(), fieldDeleted: fc.boolean(), fieldChanged: fc.boolean() },
      { requiredKeys: ['destination', 'fieldCreated', 'fieldDeleted', 'fieldChanged'] },
    ),
  },
  { requiredKeys: ['name', 'provider'] },
);

/** Checked manifests as `checkManifest` would give them. */
export const manifests: fc.Arbitrary<Manifest> = fc
  .uniqueArray(integration, { selector: (one) => one.name, minLength: 1, maxLength: 3 })
  .map((integrations) => ({ specVersion: '1.0.0', integrations }));

/** The same manifest with every list in another order. */
export function shuffled(manifest: Manifest, seed: number): Manifest {
  const order = <Item>(items: readonly Item[]): Item[] => {
    const turn = items.length === 0 ? 0 : seed % items.length;
    return [...items.slice(turn), ...items.slice(0, turn)].reverse();
  };
  return {
    ...manifest,
    integrations: order(manifest.integrations).map((one) => ({
      ...one,
      ...(one.read && {
        read: {
          objects: order(one.read.objects).map((object) => ({
            ...object,
            requiredFields: order(object.requiredFields),
            optionalFields: order(object.optionalFields),
          })),
        },
      }),
      ...(one.subscribe && {
        subscribe: {
          objects: order(one.subscribe.objects).map((object) => ({
            ...object,
            otherEvents: order(object.otherEvents),
          })),
        },
      }),
      ...(one.write && { write: { objects: order(one.write.objects) } }),
    })),
  };
}

import { readConfigOf, readsObject } from '../../installations/choices.ts';
import type { InstallationConfig, ReadObjectConfig } from '../../installations/config.ts';
import { segmentsOf } from '../../manifest/field-path.ts';
import { findObject, mappedKey } from '../../manifest/identity.ts';
import type { Integration, ReadObject, SubscribeObject, WriteObject } from '../../manifest/manifest.ts';
import { resolveSelection, type Selection } from '../../mapping/selection.ts';

/** One place where an installation needs a field of its org. */
export interface FieldUse {
  kind: 'field' | 'mapping' | 'value-mapping' | 'filter' | 'watch' | 'write';
  /** Manifest's spelling. */
  objectName: string;
  /** The mapped name, or the field as manifest or config write it. */
  name: string;
  /** Steps from the object to the field: `['Tier__c']`, `['Owner', 'Name']`. */
  path: readonly string[];
  /** What cannot be done without it. */
  needs: readonly Flow[];
  /** Of a value mapping: the org's values that it names. */
  values?: readonly string[];
}

export type Flow = 'read' | 'subscribe' | 'write';

/** Everything that manifest and config together use. `config` undefined: the manifest alone, as if all its objects were installed. */
export function fieldUses(integration: Integration, config: InstallationConfig | undefined): FieldUse[] {
  return (integration.read?.objects ?? []).flatMap((object) => {
    const found = objectUses(integration, config, object);
    return [...found.selected, ...found.filters, ...found.watched, ...found.written];
  });
}

/** What an installation does with an object of the read block. */
export function flowsOf(
  integration: Integration,
  config: InstallationConfig | undefined,
  objectName: string,
): readonly Flow[] {
  const { provider } = integration;
  const object = findObject(provider, integration.read?.objects, objectName);
  const isRead = object && (config === undefined || readsObject(provider, config, object));
  return [
    ...(isRead ? (['read'] as const) : []),
    ...(followed(integration, config, objectName) ? (['subscribe'] as const) : []),
    ...(findObject(provider, integration.write?.objects, objectName) ? (['write'] as const) : []),
  ];
}

/** The manifest's subscription, when the installation has it. */
function followed(
  { provider, subscribe }: Integration,
  config: InstallationConfig | undefined,
  objectName: string,
): SubscribeObject | undefined {
  const chosen = config && Object.keys(config.subscribe?.objects ?? {}).map((name) => ({ objectName: name }));
  if (chosen && !findObject(provider, chosen, objectName)) return undefined;
  return findObject(provider, subscribe?.objects, objectName);
}

function objectUses(integration: Integration, config: InstallationConfig | undefined, object: ReadObject) {
  const { provider } = integration;
  const { objectName } = object;
  const flows = flowsOf(integration, config, objectName);
  const own = config && readConfigOf(provider, config, objectName);
  const selection = resolveSelection(withoutOpenChoices(object, own), own);
  const sources = new Map(selection.mappings.map(({ mapToName, source }) => [mappedKey(mapToName), source]));
  const use = (kind: FieldUse['kind'], name: string, needs: readonly Flow[]): FieldUse => ({
    kind,
    objectName,
    name,
    path: segmentsOf(sources.get(mappedKey(name)) ?? name),
    needs,
  });
  // A mapping that nobody gave a source uses no field, whoever names it.
  const isOpen = (name: string) =>
    !sources.has(mappedKey(name)) &&
    [...object.requiredFields, ...object.optionalFields].some(
      ({ mapToName }) => mapToName !== undefined && mappedKey(mapToName) === mappedKey(name),
    );
  const delivering = flows.filter((flow) => flow !== 'write');
  const written = findObject(provider, integration.write?.objects, objectName);
  const writing = written ? writeUses(config, written) : undefined;
  return {
    selected:
      delivering.length + (writing?.inherits ? 1 : 0) === 0
        ? []
        : [
            ...selection.fields.map((name) => use('field', name, delivering)),
            ...selection.mappings.map(({ mapToName }) =>
              use('mapping', mapToName, writing?.inherits ? [...delivering, 'write'] : delivering),
            ),
            ...valueMappingUses(selection, (name) => use('value-mapping', name, [])),
          ],
    filters: flows.includes('read') ? filterNames(own).map((name) => use('filter', name, ['read'])) : [],
    watched: watchedNames(provider, config, followed(integration, config, objectName))
      .filter((name) => !isOpen(name))
      .map((name) => use('watch', name, [])),
    written: (writing?.names ?? []).filter((name) => !isOpen(name)).map((name) => use('write', name, ['write'])),
  };
}

/** Nobody has chosen a source for these yet; they use no field. */
function withoutOpenChoices(object: ReadObject, own: ReadObjectConfig | undefined): ReadObject {
  const chosen = new Set(
    Object.entries(own?.selectedFieldMappings ?? {}).flatMap(([name, source]) =>
      source === '' ? [] : [mappedKey(name)],
    ),
  );
  const requiredFields = object.requiredFields.filter(
    (entry) => entry.kind === 'fixed' || entry.default !== undefined || chosen.has(mappedKey(entry.mapToName)),
  );
  return { ...object, requiredFields };
}

function valueMappingUses(selection: Selection, use: (name: string) => FieldUse): FieldUse[] {
  return Object.entries(selection.valueMappings).map(([name, values]) => ({
    ...use(name),
    values: Object.values(values),
  }));
}

function filterNames(own: ReadObjectConfig | undefined): string[] {
  const filters = [...(own?.fieldFilters ?? []), ...(own?.backfill?.fieldFilters ?? [])];
  return [...new Set(filters.map(({ fieldName }) => fieldName))];
}

function watchedNames(
  provider: string,
  config: InstallationConfig | undefined,
  subscribed: SubscribeObject | undefined,
): string[] {
  if (!subscribed) return [];
  const own = findObject(provider, Object.values(config?.subscribe?.objects ?? {}), subscribed.objectName);
  const watch = own?.updateEvent?.requiredWatchFields ?? subscribed.updateEvent?.watch;
  return Array.isArray(watch) ? watch : [];
}

function writeUses(
  config: InstallationConfig | undefined,
  written: WriteObject,
): { inherits: boolean; names: string[] } {
  const own = Object.values(config?.write?.objects ?? {}).find(
    ({ objectName }) => objectName.toLowerCase() === written.objectName.toLowerCase(),
  );
  const inherits = own?.inheritMapping ?? written.inheritMapping;
  const names = Object.keys({ ...own?.selectedFieldSettings, ...own?.selectedValueDefaults });
  return { inherits, names };
}

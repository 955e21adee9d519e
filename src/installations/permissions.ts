import { fieldKey, mappedKey, objectKey } from '../manifest/identity.ts';
import type { FieldEntry, Integration, ReadObject } from '../manifest/manifest.ts';
import { chosenSource, readConfigOf, readsObject } from './choices.ts';
import type { InstallationConfig } from './config.ts';

/** What the connected user must be allowed to do with one object: the least that makes this installation work. */
export interface ObjectPermission {
  objectName: string;
  read: boolean;
  create: boolean;
  edit: boolean;
  delete: boolean;
  /** View All Records: change events of records the user does not own. */
  viewAll: boolean;
  /** Field-level read access, as written in manifest and config; `*` = every field. */
  fields: string[];
}

/** Exact objects, fields and rights, by object name. Never "full access", never Modify All Data. */
export function permissionsOf(integration: Integration, config: InstallationConfig): ObjectPermission[] {
  const { provider } = integration;
  const permissions = new Map<string, ObjectPermission>();
  const of = (objectName: string) => {
    const key = objectKey(provider, objectName);
    let permission = permissions.get(key);
    if (!permission) {
      permission = { objectName, read: true, create: false, edit: false, delete: false, viewAll: false, fields: [] };
      permissions.set(key, permission);
    }
    return permission;
  };
  for (const object of integration.read?.objects ?? []) {
    if (!readsObject(provider, config, object)) continue;
    const own = readConfigOf(provider, config, object.objectName);
    const sources = entriesOf(object).flatMap((entry) => {
      if (entry.kind === 'chosen') return chosenSource(entry, own) ?? [];
      const picked = own?.selectedFields?.[entry.fieldName] === true || object.requiredFields.includes(entry);
      return picked ? entry.fieldName : [];
    });
    const more = Object.entries(own?.selectedFields ?? {}).flatMap(([name, on]) => (on ? name : []));
    const fixed = new Set(entriesOf(object).flatMap((entry) => (entry.kind === 'fixed' ? mappedNameOf(entry) : [])));
    const dynamic = Object.entries(own?.selectedFieldMappings ?? {}).flatMap(([name, source]) =>
      fixed.has(mappedKey(name)) ? [] : source,
    );
    const filters = (own?.fieldFilters ?? []).map((filter) => filter.fieldName);
    const all = own?.selectedFieldsAuto === 'all' ? ['*'] : [];
    of(object.objectName).fields = unique(provider, [...all, ...sources, ...more, ...dynamic, ...filters]);
  }
  for (const [name, own] of Object.entries(config.write?.objects ?? {})) {
    Object.assign(of(name), { create: true, edit: true, delete: own.deletionSettings?.enabled === true });
  }
  for (const name of Object.keys(config.subscribe?.objects ?? {})) of(name).viewAll = true;
  return [...permissions.values()].sort((a, b) => (a.objectName < b.objectName ? -1 : 1));
}

function entriesOf(object: ReadObject): readonly FieldEntry[] {
  return [...object.requiredFields, ...object.optionalFields];
}

function mappedNameOf({ mapToName }: FieldEntry): string[] {
  return mapToName === undefined ? [] : [mappedKey(mapToName)];
}

function unique(provider: string, names: readonly string[]): string[] {
  const seen = new Map(names.filter((name) => name !== '').map((name) => [fieldKey(provider, name), name]));
  return [...seen.values()].sort();
}

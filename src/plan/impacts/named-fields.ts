import { mappedKey } from '../../manifest/identity.ts';
import type { FieldEntry, ReadObject, SubscribeObject } from '../../manifest/manifest.ts';
import type { Json, JsonObject } from '../plan.ts';
import type { ChangeInWorld } from './impact-rule.ts';

export interface NamedFields {
  objectName: string;
  names: string[];
}

/** Fields of the org that the change relies on from now on. */
export function fieldsOfChange(at: ChangeInWorld): NamedFields[] {
  if (at.change.action === 'delete') return [];
  if (at.change.kind === 'integration') {
    const reads = at.after?.read?.objects ?? [];
    return at.change.action === 'create'
      ? reads.map((object) => ({ objectName: object.objectName, names: sourcesOf(object) }))
      : [];
  }
  if (!at.objectName) return [];
  const names = namedBy(at);
  return names.length === 0 ? [] : [{ objectName: at.objectName, names }];
}

function namedBy(at: ChangeInWorld): string[] {
  const { change, setting, names } = at;
  const thing = change.after;
  if (change.kind === 'read-object' && change.action === 'create') {
    return sourcesOf(at.after!.read!.objects.find((object) => object.objectName === at.objectName)!);
  }
  if (change.kind === 'subscribe-object') {
    return setting === undefined || setting === 'updateEvent' ? watchedBy(at, setting && thing) : [];
  }
  if (change.kind === 'field') return setting === undefined || setting === 'required' ? [names[4]!] : [];
  if (change.kind !== 'mapping') return [];
  if (setting === 'source' || setting === 'default') return typeof thing === 'string' ? [thing] : [];
  if (setting === 'required') return sourcesNamed(at);
  if (setting !== undefined) return [];
  const { source, default: preset } = thing as JsonObject;
  return [source, preset].filter((name): name is string => typeof name === 'string');
}

/** Source and default of the mapping of the change. */
function sourcesNamed(at: ChangeInWorld): string[] {
  const object = at.after?.read?.objects.find((one) => one.objectName === at.objectName);
  const entries = [...(object?.requiredFields ?? []), ...(object?.optionalFields ?? [])].filter(
    ({ mapToName }) => mapToName !== undefined && mappedKey(mapToName) === at.names[4],
  );
  return entries.flatMap((entry) => (entry.kind === 'fixed' ? entry.fieldName : (entry.default ?? [])));
}

/** Watch names that are provider fields: those that no mapping of the object delivers. */
function watchedBy(at: ChangeInWorld, changed: Json | undefined): string[] {
  const subscribed = at.after?.subscribe?.objects.find((object) => object.objectName === at.objectName);
  const watch = Array.isArray(changed) ? changed.map(String) : watchList(subscribed);
  const read = at.after?.read?.objects.find(
    (object) => object.objectName.toLowerCase() === at.objectName?.toLowerCase(),
  );
  const mapped = new Set(
    [...(read?.requiredFields ?? []), ...(read?.optionalFields ?? [])].map((one) => one.mapToName),
  );
  return watch.filter((name) => !mapped.has(name));
}

function watchList(object: SubscribeObject | undefined): string[] {
  const watch = object?.updateEvent?.watch;
  return Array.isArray(watch) ? watch : [];
}

function sourcesOf(object: ReadObject): string[] {
  const source = (entry: FieldEntry) => (entry.kind === 'fixed' ? entry.fieldName : entry.default);
  return [...object.requiredFields, ...object.optionalFields].map(source).filter((name) => name !== undefined);
}

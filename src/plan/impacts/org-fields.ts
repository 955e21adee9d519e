import { hasField } from '../../installations/checks/config-check.ts';
import type { FieldEntry, ReadObject, SubscribeObject } from '../../manifest/manifest.ts';
import type { OrgSchema } from '../../manifest/org-schema.ts';
import type { Impact, Json, JsonObject } from '../plan.ts';
import { type ChangeInWorld, type ImpactRule, impact } from './impact-rule.ts';

/** What the change names and the org at hand does not show to its user. Silent without an org. */
export const orgFieldImpact: ImpactRule = (at) => {
  const { schema } = at.world;
  if (!schema || at.change.action === 'delete') return [];
  if (at.change.kind === 'integration') {
    const reads = at.after?.read?.objects ?? [];
    return at.change.action === 'create'
      ? reads.flatMap((object) => missingIn(schema, object.objectName, sourcesOf(object)))
      : [];
  }
  if (!at.objectName) return [];
  return missingIn(schema, at.objectName, namedBy(at));
};

function namedBy(at: ChangeInWorld): string[] {
  const { change, setting, names } = at;
  const thing = change.after;
  if (change.kind === 'read-object' && change.action === 'create') {
    return sourcesOf(at.after!.read!.objects.find((object) => object.objectName === at.objectName)!);
  }
  if (change.kind === 'subscribe-object') return watchedBy(at, setting === undefined ? undefined : thing);
  if (change.kind === 'field') return [names[4]!];
  if (change.kind !== 'mapping') return [];
  if (setting === 'source' || setting === 'default') return typeof thing === 'string' ? [thing] : [];
  if (setting !== undefined) return [];
  const { source, default: preset } = thing as JsonObject;
  return [source, preset].filter((name): name is string => typeof name === 'string');
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

function missingIn(schema: OrgSchema, objectName: string, names: readonly string[]): Impact[] {
  const object = schema.objects.get(objectName.toLowerCase());
  if (!object) return [impact('notice', `${schema.label} has no object ${objectName} that its user can see.`)];
  if (!object.fields) return [];
  const missing = [...new Set(names)].filter((name) => !hasField(object, name));
  if (missing.length === 0) return [];
  return [
    impact('notice', `${schema.label} has no ${missing.join(', ')} on ${object.name}, or hides it from its user.`),
  ];
}

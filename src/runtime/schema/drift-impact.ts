import type { InstallationConfig } from '../../installations/config.ts';
import { findObject } from '../../manifest/identity.ts';
import type { Integration } from '../../manifest/manifest.ts';
import type { FieldChange, SchemaDiff } from './diff-schema.ts';
import { type FieldUse, type Flow, fieldUses, flowsOf } from './field-uses.ts';
import type { SchemaState } from './schema-state.ts';
import type { KnownFates } from './schema-store.ts';
import { touchedFields } from './touched-fields.ts';

/** What a change of the org's schema means for one installation. */
export interface DriftImpact {
  /** `breaking`: something fails until a person acts; `notice`: it goes on, but not as before. */
  level: 'breaking' | 'notice';
  /** Manifest's spelling of the object that is affected. */
  objectName: string;
  /** Where the field is that changed; lower case. */
  changedObject: string;
  /** Org's spelling of the field that changed, with its object where that is another one. */
  field: string;
  /** The mapping that uses it. */
  mapping?: string;
  message: string;
}

/** An object before and after; by lower-case name in a map. */
export interface DriftedObject {
  before: SchemaState;
  diff: SchemaDiff;
  /** Also of fields that were not there before and are needed. */
  fates: KnownFates;
}

/** Every consequence for what manifest and config use: of the changes, and of what is not there at all. Breaking ones first. */
export function judgeDrift(
  integration: Integration,
  config: InstallationConfig | undefined,
  objects: ReadonlyMap<string, DriftedObject>,
): DriftImpact[] {
  const impacts = [
    ...fieldUses(integration, config).flatMap((use) => judgeUse(use, objects)),
    ...[...objects].flatMap(([name, object]) => judgeObject(integration, config, name, object)),
  ];
  return [...impacts.filter(({ level }) => level === 'breaking'), ...impacts.filter(({ level }) => level === 'notice')];
}

function judgeUse(use: FieldUse, objects: ReadonlyMap<string, DriftedObject>): DriftImpact[] {
  const own = use.objectName.toLowerCase();
  return touchedFields(use.path, own, (name) => objects.get(name)?.before).flatMap(({ object, field }) => {
    const { before, diff, fates } = objects.get(object)!;
    const gone = diff.deleted.find(({ fieldName }) => fieldName === field);
    const spelled = ({ name }: { name: string }) => (object === own ? name : `${object}.${name}`);
    const at = { changedObject: object };
    if (gone) return judgeGone(use, spelled(gone), fates[field]).map((impact) => ({ ...at, ...impact }));
    if (fates[field] && !before.some(({ fieldName }) => fieldName === field)) {
      const name = use.path.find((step) => step.toLowerCase() === field) ?? field;
      return judgeGone(use, spelled({ name }), fates[field]).map((impact) => ({ ...at, ...impact }));
    }
    const changed = diff.changed.find((change) => change.old.fieldName === field);
    return changed ? judgeChanged(use, spelled(changed.new), changed).map((impact) => ({ ...at, ...impact })) : [];
  });
}

type Found = Omit<DriftImpact, 'changedObject'>;

function judgeGone(use: FieldUse, field: string, fate: KnownFates[string] | undefined): Found[] {
  const about = { objectName: use.objectName, field, ...(use.kind === 'mapping' && { mapping: use.name }) };
  const { objectName } = use;
  const why =
    fate === 'deleted'
      ? 'was deleted'
      : fate === 'hidden'
        ? 'is hidden from our user'
        : 'is gone, or hidden from our user';
  switch (use.kind) {
    case 'mapping': {
      const message = `Mapping "${use.name}" of ${objectName} has no source: ${field} ${why}.`;
      return [{ level: 'breaking', ...about, message: `${message}${failing(use.needs)}` }];
    }
    case 'field':
      return [{ level: 'breaking', ...about, message: `${field} of ${objectName} ${why}.${failing(use.needs)}` }];
    case 'filter': {
      const message = `A filter of ${objectName} needs ${field}, which ${why}.`;
      return [{ level: 'breaking', ...about, message: `${message}${failing(use.needs)}` }];
    }
    case 'write': {
      const message = `A write setting of ${objectName} is for ${field}, which ${why}.`;
      return [{ level: 'breaking', ...about, message: `${message} Writes that set it fail.` }];
    }
    case 'watch':
      return [{ level: 'notice', ...about, message: `Updates of ${objectName} watch ${field}, which ${why}.` }];
    case 'value-mapping':
      return [];
  }
}

function judgeChanged(use: FieldUse, field: string, change: FieldChange): Found[] {
  const { objectName } = use;
  const about = { level: 'notice' as const, objectName, field };
  if (use.kind === 'value-mapping' && change.keys.includes('values')) {
    const known = new Set((change.new.values ?? []).map(({ value }) => value));
    const lost = (use.values ?? []).filter((value) => !known.has(value));
    if (lost.length === 0) return [];
    const which = lost.map((value) => `"${value}"`).join(', ');
    return [
      {
        ...about,
        message: `The value mapping of ${use.name} (${objectName}) names ${which}, no value of ${field} now.`,
      },
    ];
  }
  if (!change.keys.includes('valueType') && !change.keys.includes('providerType')) return [];
  const types = `${change.new.providerType} instead of ${change.old.providerType}`;
  if (use.kind === 'mapping')
    return [{ ...about, mapping: use.name, message: `Mapping "${use.name}" of ${objectName} now delivers ${types}.` }];
  if (use.kind === 'field') return [{ ...about, message: `${field} of ${objectName} now is ${types}.` }];
  if (use.kind === 'filter')
    return [{ ...about, message: `A filter of ${objectName} compares ${field}, which now is ${types}.` }];
  return [];
}

/** What concerns an object as a whole: writes into it, and selections of everything. */
function judgeObject(
  integration: Integration,
  config: InstallationConfig | undefined,
  name: string,
  { diff }: DriftedObject,
): DriftImpact[] {
  const objectName = findObject(integration.provider, integration.read?.objects, name)?.objectName ?? name;
  if (!flowsOf(integration, config, name).includes('write')) return [];
  const becameRequired = [
    ...diff.created.filter(({ isRequired }) => isRequired),
    ...diff.changed
      .filter(({ keys, new: now }) => keys.includes('isRequired') && now.isRequired)
      .map((change) => change.new),
  ];
  const becameReadOnly = diff.changed.filter(({ keys, new: now }) => keys.includes('readOnly') && now.readOnly);
  return [
    ...becameRequired.map((field) => ({
      level: 'breaking' as const,
      changedObject: name,
      objectName,
      field: field.name,
      message: `${field.name} of ${objectName} is required now: creates without it fail.`,
    })),
    ...becameReadOnly.map((change) => ({
      level: 'notice' as const,
      changedObject: name,
      objectName,
      field: change.new.name,
      message: `${change.new.name} of ${objectName} is read-only now: writes that set it fail.`,
    })),
  ];
}

const failures: Record<Flow, string> = {
  read: 'the next read fails',
  subscribe: 'events stop',
  write: 'writes that use it fail',
};

function failing(needs: readonly Flow[]): string {
  if (needs.length === 0) return '';
  const [first, ...rest] = needs.map((flow) => failures[flow]) as [string, ...string[]];
  const all = [first.charAt(0).toUpperCase() + first.slice(1), ...rest];
  return ` ${all.length > 1 ? `${all.slice(0, -1).join(', ')} and ${all.at(-1)}` : all[0]}.`;
}

import type { FieldDefault, WriteObjectConfig } from '../../installations/config.ts';
import type { Json, JsonObject } from '../../mapping/json.ts';
import type { FieldShape } from '../../mapping/object-shape.ts';
import type { WriteNames } from '../../mapping/reverse/write-names.ts';
import { fieldKey } from '../../mapping/selection.ts';
import type { FieldNote } from './prepared.ts';

/** What an installation decided about one field: when it may be written, and what stands in for a missing value. */
export interface FieldGuard {
  field: FieldShape;
  /** The settings key. */
  name: string;
  onCreate: 'always' | 'never';
  onUpdate: 'always' | 'never' | 'ifEmpty';
  defaultValue: Json | undefined;
  /** The older form of defaults can hold one back on update without guarding the field. */
  defaultOnUpdate: boolean;
}

export type FieldGuards = ReadonlyMap<string, FieldGuard>;

/** Guards by field. `unusable` names settings that lead to no field of their own (unmapped, of a related record). */
export function resolveGuards(
  names: WriteNames,
  config: WriteObjectConfig | undefined,
): { guards: FieldGuards; unusable: string[] } {
  const guards = new Map<string, FieldGuard>();
  const unusable: string[] = [];
  const add = (
    name: string,
    settings: Omit<FieldGuard, 'field' | 'name' | 'defaultValue'> & { value: FieldDefault | undefined },
  ) => {
    const { target, values } = names.resolve(name);
    if (target.kind !== 'field') {
      unusable.push(name);
      return;
    }
    const { value, ...rest } = settings;
    const given = value?.stringValue ?? value?.integerValue ?? value?.booleanValue;
    const defaultValue = given === undefined ? undefined : (values?.get(String(given)) ?? given);
    guards.set(fieldKey(target.field.name), { field: target.field, name, ...rest, defaultValue });
  };
  for (const [name, { value, applyOnUpdate = 'always' }] of Object.entries(config?.selectedValueDefaults ?? {})) {
    add(name, { onCreate: 'always', onUpdate: 'always', value, defaultOnUpdate: applyOnUpdate === 'always' });
  }
  for (const [name, settings] of Object.entries(config?.selectedFieldSettings ?? {})) {
    const { writeOnCreate = 'always', writeOnUpdate = 'always' } = settings;
    add(name, { onCreate: writeOnCreate, onUpdate: writeOnUpdate, value: settings.default, defaultOnUpdate: true });
  }
  return { guards, unusable };
}

/** One value of a record that leads to a field. */
export interface GivenField {
  field: FieldShape;
  /** As the caller wrote it. */
  name: string;
  value: Json;
}

/**
 * What a new, or an existing, record gets: absent fields filled in (null, empty text, 0 and false are present), then what
 * may not be written at this moment taken out. `ifEmpty` names the fields that wait for a look at the record.
 */
export function applyGuards(
  given: ReadonlyMap<string, GivenField>,
  guards: FieldGuards,
  moment: 'create' | 'update',
): { body: JsonObject; ifEmpty: string[]; notes: FieldNote[] } {
  const body: JsonObject = {};
  const ifEmpty: string[] = [];
  const notes: FieldNote[] = [];
  const place = ({ field, name, value }: GivenField, effect: 'sent' | 'default') => {
    const guard = guards.get(fieldKey(field.name));
    const allowed = moment === 'create' ? guard?.onCreate : guard?.onUpdate;
    if (allowed === 'never') {
      notes.push({ name, field: field.name, effect: moment === 'create' ? 'not-on-create' : 'not-on-update' });
      return;
    }
    body[field.name] = value;
    if (allowed === 'ifEmpty') ifEmpty.push(field.name);
    notes.push({ name, field: field.name, effect: allowed === 'ifEmpty' ? 'if-empty' : effect });
  };
  for (const one of given.values()) place(one, 'sent');
  for (const [key, guard] of guards) {
    if (guard.defaultValue === undefined || given.has(key)) continue;
    const held =
      moment === 'create' ? guard.onCreate === 'never' : guard.onUpdate === 'never' || !guard.defaultOnUpdate;
    if (!held) place({ field: guard.field, name: guard.name, value: guard.defaultValue }, 'default');
  }
  return { body, ifEmpty, notes };
}

import { type Json, JsonNumber, type JsonObject, renderJson } from '../../mapping/json.ts';
import { columnKind, type FieldShape } from '../../mapping/object-shape.ts';
import { isObject, reverseRecord } from '../../mapping/reverse/reverse-record.ts';
import type { WriteNames } from '../../mapping/reverse/write-names.ts';
import { fieldKey } from '../../mapping/selection.ts';
import { scalarFromCsv } from '../../providers/salesforce/bulk/transcode/scalar.ts';
import { findField, type ObjectSchema } from '../../providers/salesforce/describe/object-schema.ts';
import { applyGuards, type FieldGuards, type GivenField } from './field-guards.ts';
import type { FieldNote, PreparedRow, WriteError } from './prepared.ts';
import { longId } from './record-id.ts';
import type { WriteType } from './write-request.ts';

export interface RowRules {
  type: WriteType;
  object: ObjectSchema;
  names: WriteNames;
  guards: FieldGuards;
  /** Upsert only. */
  keyField: string | undefined;
  /** Drop names that are no fields; otherwise the org refuses them in its own words. */
  removeUnknown: boolean;
  /** Values are texts (CSV): numbers and booleans are read by the field's type. */
  fromText?: boolean;
}

/** Something in a record that no call is made for. */
export interface RowProblem extends WriteError {
  hint?: string;
  /** Name in the record; absent = the record as a whole. */
  name?: string;
}

export type RowResult = { row: PreparedRow; warnings: string[] } | { problems: RowProblem[] };

/** Reverses one record and applies the guards. Pure. */
export function prepareRow(rules: RowRules, record: JsonObject, index: number): RowResult {
  const { type, names, keyField } = rules;
  const problems: RowProblem[] = [];
  const dropped: FieldNote[] = [];
  const given = new Map<string, GivenField>();
  // Values without a field of their own: unknown names, places inside the body, parents by external id.
  // No prototype: a name such as __proto__ is only data.
  const rest: JsonObject = Object.create(null);
  const keep = (one: GivenField) => {
    const key = fieldKey(one.field.name);
    const before = given.get(key);
    if (!before) given.set(key, one);
    else if (renderJson(before.value) !== renderJson(one.value)) problems.push(conflict(before, one));
  };
  for (const { name, target, value } of reverseRecord(names, record)) {
    if (target.kind === 'field') keep({ field: target.field, name, value: valueFor(rules, target.field, value) });
    else if (target.kind === 'compound') keep({ field: target.field, name, value });
    else if (target.kind === 'unmapped') dropped.push({ name, effect: 'unmapped' });
    else if (target.kind === 'read-only') problems.push(readOnly(name, target.reference));
    else if (target.kind === 'nested') setAt(rest, target.path, value);
    else if (target.kind === 'parent') rest[target.name] = value;
    else if (rules.removeUnknown) dropped.push({ name, effect: 'unknown' });
    else rest[target.name] = value;
  }
  const id = given.get('id');
  given.delete('id');
  const row: PreparedRow = { index, ifEmpty: [], notes: dropped };
  problems.push(...setIdentity(row, type, id?.value));
  if (type === 'upsert') {
    const key = given.get(fieldKey(keyField!));
    row.key = keyText(key?.value);
    if (!row.key) problems.push(keyMissing(keyField!));
  }
  if (problems.length > 0) return { problems };
  if (type === 'create' || type === 'upsert') {
    const { body, notes } = applyGuards(given, rules.guards, 'create');
    row.create = { ...body, ...rest };
    row.notes = [...row.notes, ...notes];
  }
  if (type === 'update' || type === 'upsert') {
    const { body, ifEmpty, notes } = applyGuards(given, rules.guards, 'update');
    row.update = { ...body, ...rest };
    row.ifEmpty = ifEmpty;
    row.notes = type === 'update' ? [...row.notes, ...notes] : mergeNotes(row.notes, notes);
  }
  // Without it nobody knows which record is meant, so no guard holds it back.
  if (row.key) row.create![keyField!] = row.update![keyField!] = given.get(fieldKey(keyField!))!.value;
  if (type !== 'delete' && isNothing(row, keyField)) return { problems: [nothingLeft(row.notes)] };
  const problem = tooLong(rules.object, row);
  if (problem) row.problem = problem;
  return { row, warnings: dropped.map((note) => dropWarning(note, rules.object.name)) };
}

/** Id of the record to change; refused on create, where the org gives it. */
function setIdentity(row: PreparedRow, type: WriteType, id: Json | undefined): RowProblem[] {
  if (type === 'create' || type === 'upsert') {
    if (id === undefined || id === null || id === '') return [];
    return [
      {
        code: 'write-id-missing',
        message: type === 'create' ? 'A create cannot name its id.' : 'An upsert goes by its external id, not by id.',
        hint: 'Leave id out, or use the type update.',
        name: 'id',
      },
    ];
  }
  if (typeof id !== 'string' || id === '') {
    return [{ code: 'write-id-missing', message: `A record to ${type} has no id.`, name: 'id' }];
  }
  const long = longId(id);
  if (long === undefined) {
    return [{ code: 'write-id-malformed', message: `The id of a record to ${type} is not one.`, name: 'id' }];
  }
  row.id = long;
  return [];
}

function valueFor({ fromText }: RowRules, field: FieldShape, value: Json): Json {
  const typed = fromText && typeof value === 'string' ? scalarFromCsv(columnKind(field.type), value) : value;
  return longReference(field, typed);
}

/** Short ids in reference fields are case-sensitive; the long form is not. */
function longReference(field: FieldShape, value: Json): Json {
  const isReference = field.type === 'reference' || field.type === 'id';
  return isReference && typeof value === 'string' && value.length === 15 ? (longId(value) ?? value) : value;
}

function keyText(value: Json | undefined): string {
  if (typeof value === 'string') return value.trim();
  return typeof value === 'number' || value instanceof JsonNumber ? String(value) : '';
}

function isNothing({ create, update }: PreparedRow, keyField: string | undefined): boolean {
  return [create, update].every((body) =>
    Object.keys(body ?? {}).every((name) => keyField !== undefined && fieldKey(name) === fieldKey(keyField)),
  );
}

function setAt(root: JsonObject, path: readonly string[], value: Json): void {
  let place = root;
  for (const step of path.slice(0, -1)) {
    const next = Object.hasOwn(place, step) ? place[step] : undefined;
    if (isObject(next)) place = next;
    else {
      const made: JsonObject = Object.create(null);
      Object.defineProperty(place, step, { value: made, writable: true, enumerable: true, configurable: true });
      place = made;
    }
  }
  Object.defineProperty(place, path.at(-1)!, { value, writable: true, enumerable: true, configurable: true });
}

/** A field that means the same for new and existing records is told once. */
function mergeNotes(known: readonly FieldNote[], more: readonly FieldNote[]): FieldNote[] {
  const told = new Set(known.map(({ field, effect }) => `${field} ${effect}`));
  return [...known, ...more.filter(({ field, effect }) => !told.has(`${field} ${effect}`))];
}

/** The org would refuse it with the label of the field and the value itself. */
function tooLong(object: ObjectSchema, { create, update }: PreparedRow): WriteError | undefined {
  for (const [name, value] of Object.entries({ ...update, ...create })) {
    const field = typeof value === 'string' ? findField(object, name) : undefined;
    if (!field || field.length === 0 || field.type === 'reference' || field.type === 'base64') continue;
    const characters = (value as string).length;
    if (characters > field.length) {
      return {
        code: 'write-value-too-long',
        message: `${field.name} takes ${field.length} characters and got ${characters}.`,
        fields: [field.name],
      };
    }
  }
  return undefined;
}

function dropWarning({ name, effect }: FieldNote, object: string): string {
  return effect === 'unmapped'
    ? `"${name}" was left out: this customer has not mapped it.`
    : `"${name}" was left out: ${object} has no such field.`;
}

function conflict(one: GivenField, other: GivenField): RowProblem {
  return {
    code: 'write-field-conflict',
    message: `"${one.name}" and "${other.name}" both lead to ${one.field.name}, with different values.`,
    fields: [one.field.name],
    name: other.name,
  };
}

function readOnly(name: string, reference: string): RowProblem {
  return {
    code: 'write-field-read-only',
    message: `"${name}" leads to a field of a related record, which cannot be written from here.`,
    hint: `Write ${reference} instead.`,
    fields: [reference],
    name,
  };
}

function keyMissing(keyField: string): RowProblem {
  return {
    code: 'write-key-missing',
    message: `A record to upsert has no value for ${keyField}.`,
    hint: 'An empty key would create a new record with every run.',
    fields: [keyField],
    name: keyField,
  };
}

function nothingLeft(notes: readonly FieldNote[]): RowProblem {
  const names = [...new Set(notes.map(({ name }) => `"${name}"`))];
  return {
    code: 'write-nothing-left',
    message:
      names.length === 0
        ? 'The record has no fields to write.'
        : `Nothing of the record is left to write: ${names.join(', ')} ${names.length === 1 ? 'was' : 'were'} held back.`,
  };
}

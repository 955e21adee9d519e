import { createHash } from 'node:crypto';
import type { CommitEntry } from '../org.ts';
import type { FieldDescribe } from '../rest/describe.ts';

export type ChangeType = CommitEntry['kind'] | `GAP_${CommitEntry['kind']}` | 'GAP_OVERFLOW';

export interface EventField extends Pick<FieldDescribe, 'name' | 'type'> {
  compoundFieldName: string | null;
  length?: number;
}

/** Stamps of reading, flags and values that other records decide never travel in change events. */
const neverSent = new Set([
  'Id',
  'IsDeleted',
  'SystemModstamp',
  'LastActivityDate',
  'LastViewedDate',
  'LastReferencedDate',
  'PhotoUrl',
]);

/** From about this length on an updated text travels as a difference. */
const longTextLength = 1000;

/** Where a field stands in a change event: `Name.LastName`, `MailingAddress.City`, or just its name. */
export type EventPaths = ReadonlyMap<string, readonly string[]>;

/** Addresses, geolocations and person names nest, with upper-camel parts: whatever other fields are parts of. */
export function eventPaths(fields: readonly EventField[]): EventPaths {
  const byName = new Map(fields.map((field) => [field.name, field]));
  const compoundOf = ({ name, compoundFieldName }: EventField) =>
    compoundFieldName === null || compoundFieldName === name ? undefined : byName.get(compoundFieldName);
  const compounds = new Set(fields.map(compoundOf));
  const paths = new Map<string, readonly string[]>();
  for (const field of fields) {
    if (neverSent.has(field.name) || compounds.has(field)) continue;
    const compound = compoundOf(field);
    paths.set(field.name, compound ? [compound.name, partName(compound, field)] : [field.name]);
  }
  return paths;
}

/** `MailingStreet` of `MailingAddress` is `Street`; the parts of a person's name keep theirs. */
function partName(compound: EventField, field: EventField): string {
  const prefix = compound.name.replace(/(?:Address|__c)$/, '');
  const part =
    compound.type === 'address' && field.name.startsWith(prefix) ? field.name.slice(prefix.length) : field.name;
  return part === '' ? field.name : part;
}

export interface ChangeEventHeader {
  entityName: string;
  recordIds: string[];
  changeType: ChangeType;
  changeOrigin: string;
  transactionKey: string;
  sequenceNumber: number;
  commitTimestamp: number;
  commitNumber: bigint;
  commitUser: string;
  changedFields?: string[];
}

/** The payload CometD clients see: the changed fields (UPDATE), every field (CREATE, UNDELETE) or the header alone. */
export function changePayload(
  entry: CommitEntry,
  recordIds: string[],
  fields: readonly EventField[],
  enriched: readonly string[] = [],
): Record<string, unknown> {
  const paths = eventPaths(fields);
  const byName = new Map(fields.map((field) => [field.name, field]));
  const changed = entry.kind === 'UPDATE' ? sentChanges(entry, paths) : [];
  const header: ChangeEventHeader = {
    entityName: entry.object,
    recordIds,
    changeType: entry.kind,
    changeOrigin: entry.changeOrigin,
    transactionKey: entry.transactionKey,
    sequenceNumber: entry.sequenceNumber,
    commitTimestamp: entry.committedAt,
    commitNumber: entry.commitNumber,
    commitUser: entry.userId,
    ...(entry.kind === 'UPDATE' ? { changedFields: changed.map((name) => paths.get(name)!.join('.')) } : {}),
  };
  const payload: Record<string, unknown> = {};
  for (const name of sentFields(entry, paths, changed, enriched)) {
    const field = byName.get(name)!;
    const after = eventValue(field, entry.after?.[name]);
    const before = entry.before?.[name];
    const diff = changed.includes(name) && isLongText(field, before, after);
    place(payload, paths.get(name)!, diff ? { diff: textDifference(String(before), String(after)) } : after);
  }
  return { ...payload, ChangeEventHeader: header };
}

function sentChanges(entry: CommitEntry, paths: EventPaths): string[] {
  const changed = entry.changedFields.filter((name) => paths.has(name));
  if (paths.has('LastModifiedDate') && !changed.includes('LastModifiedDate')) changed.unshift('LastModifiedDate');
  return changed;
}

function sentFields(entry: CommitEntry, paths: EventPaths, changed: string[], enriched: readonly string[]): string[] {
  switch (entry.kind) {
    case 'UPDATE':
      return [...new Set([...changed, ...enriched.filter((name) => paths.has(name))])];
    case 'DELETE':
      return [];
    case 'CREATE':
      return [...paths.keys()].filter((name) => entry.after?.[name] !== null && entry.after?.[name] !== undefined);
    case 'UNDELETE':
      return [...paths.keys()];
  }
}

/** CometD gives date-times in ISO form with `Z`. */
function eventValue({ type }: EventField, value: unknown): unknown {
  if (value === undefined || value === null) return null;
  if (type === 'datetime' && typeof value === 'string') return value.replace(/\+00:?00$/, 'Z');
  if (type === 'datetime' && typeof value === 'number') return new Date(value).toISOString();
  return value;
}

function isLongText({ type, length }: EventField, before: unknown, after: unknown): boolean {
  const long = type === 'textarea' && (length ?? 0) > longTextLength;
  return long && typeof before === 'string' && typeof after === 'string' && before.length > longTextLength;
}

function place(payload: Record<string, unknown>, [first, second]: readonly string[], value: unknown): void {
  if (second === undefined) payload[first!] = value;
  else payload[first!] = { ...(payload[first!] as object | undefined), [second]: value };
}

/** Unified difference of whole lines, headed by the hash of the old value. */
export function textDifference(before: string, after: string): string {
  const old = before.split('\n');
  const now = after.split('\n');
  let start = 0;
  while (start < old.length && start < now.length && old[start] === now[start]) start++;
  let end = 0;
  while (end < old.length - start && end < now.length - start && old.at(-1 - end) === now.at(-1 - end)) end++;
  const removed = old.slice(start, old.length - end);
  const added = now.slice(start, now.length - end);
  const hash = createHash('sha256').update(before).digest('hex');
  const range = `@@ -${start + 1},${removed.length} +${start + 1},${added.length} @@`;
  return [`--- \n+++ ${hash}`, range, ...removed.map((line) => `-${line}`), ...added.map((line) => `+${line}`)].join(
    '\n',
  );
}

import { isStored } from '../schema/columns.ts';
import type { ObjectDefinition } from '../schema/object.ts';
import type { Row } from './derive.ts';

/** Stored values as the commit log shows them: booleans, ISO stamps with `Z`, whole numbers beyond 2^53 as text. */
export function logValues(object: ObjectDefinition, row: Row, only?: string[]): Record<string, unknown> {
  const values: Record<string, unknown> = {};
  for (const field of object.fields) {
    if (!isStored(field) || (only && !only.includes(field.name))) continue;
    const value = row[field.name] ?? null;
    if (!only && value === null) continue;
    if (field.type === 'datetime' && typeof value === 'number') values[field.name] = new Date(value).toISOString();
    else if (field.type === 'boolean') values[field.name] = value === true || value === 1;
    else values[field.name] = typeof value === 'bigint' ? value.toString() : value;
  }
  return values;
}

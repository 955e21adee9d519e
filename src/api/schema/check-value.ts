import { suggest } from '../../manifest/suggest.ts';
import { JsonNumber } from '../../mapping/json.ts';
import type { Schema, SchemaNode } from './schema.ts';

/** What is wrong with one part of a request. Says what was expected, never what was sent: that may be a customer's record. */
export interface Fault {
  /** `fieldFilters[0].operator`; empty for the whole. */
  name: string;
  detail: string;
}

/** Everything wrong with a value; empty when it fits. Accepts what `renderJsonSchema` of the schema accepts. */
export function checkValue(schema: Schema, value: unknown, name = ''): Fault[] {
  const { node } = schema;
  switch (node.kind) {
    case 'anything':
      return [];
    case 'flag':
      return typeof value === 'boolean' ? [] : [expected(name, 'true or false')];
    case 'text':
      return checkText(node, value, name);
    case 'number':
      return checkNumber(node, value, name);
    case 'list':
      return checkList(node, value, name);
    case 'map':
      if (!isRecord(value)) return [expected(name, 'an object')];
      return Object.entries(value).flatMap(([key, one]) => checkValue(node.item, one, join(name, key)));
    case 'record':
      return checkRecord(node, value, name);
    case 'any-of':
      return checkOptions(node.options, value, name);
  }
}

type Node<Kind extends SchemaNode['kind']> = Extract<SchemaNode, { kind: Kind }>;

function checkText({ choices, minLength = 0, maxLength, format }: Node<'text'>, value: unknown, name: string): Fault[] {
  if (typeof value !== 'string') return [expected(name, 'text')];
  if (choices && !choices.includes(value)) {
    const near = suggest(value, [...choices]);
    return [expected(name, `${choices.join(' or ')}${near ? ` (did you mean ${near}?)` : ''}`)];
  }
  // JSON Schema counts characters, not UTF-16 units.
  const length = [...value].length;
  if (length < minLength)
    return [expected(name, minLength === 1 ? 'text that is not empty' : `${minLength} characters`)];
  if (maxLength !== undefined && length > maxLength) return [expected(name, `at most ${maxLength} characters`)];
  if (format === 'date-time' && !isTime(value))
    return [expected(name, 'an ISO 8601 time such as 2026-02-03T09:16:00Z')];
  return [];
}

/** RFC 3339 with its zone; a day that is not in the calendar is no time. */
function isTime(text: string): boolean {
  const match = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(?:\.\d+)?(?:Z|[+-](\d\d):(\d\d))$/.exec(text);
  if (!match) return false;
  const [, year, month, day, hour, minute, second, zoneHour = 0, zoneMinute = 0] = match.map(Number);
  const last = new Date(Date.UTC(year!, month!, 0)).getUTCDate();
  return (
    month! >= 1 &&
    month! <= 12 &&
    day! >= 1 &&
    day! <= last &&
    hour! <= 23 &&
    minute! <= 59 &&
    second! <= 59 &&
    (Number.isNaN(zoneHour) || (zoneHour <= 23 && zoneMinute <= 59))
  );
}

function checkNumber({ integer, min, max }: Node<'number'>, value: unknown, name: string): Fault[] {
  const amount = value instanceof JsonNumber ? Number(value.text) : value;
  const fits = typeof amount === 'number' && (integer ? Number.isInteger(amount) : Number.isFinite(amount));
  if (!fits) return [expected(name, integer ? 'a whole number' : 'a number')];
  if ((min !== undefined && amount < min) || (max !== undefined && amount > max)) {
    return [expected(name, max === undefined ? `${min} or more` : `${min ?? 'at most'} to ${max}`)];
  }
  return [];
}

function checkList({ item, min = 0, max }: Node<'list'>, value: unknown, name: string): Fault[] {
  if (!Array.isArray(value)) return [expected(name, 'a list')];
  if (value.length < min) return [expected(name, min === 1 ? 'a list that is not empty' : `${min} items or more`)];
  if (max !== undefined && value.length > max) return [expected(name, `at most ${max} items`)];
  return value.flatMap((one, index) => checkValue(item, one, `${name}[${index}]`));
}

function checkRecord({ fields, open }: Node<'record'>, value: unknown, name: string): Fault[] {
  if (!isRecord(value)) return [expected(name, 'an object')];
  const faults: Fault[] = [];
  for (const [key, { schema, required }] of Object.entries(fields)) {
    if (Object.hasOwn(value, key)) faults.push(...checkValue(schema, value[key], join(name, key)));
    else if (required) faults.push({ name: join(name, key), detail: 'It is missing.' });
  }
  if (open) return faults;
  for (const key of Object.keys(value)) {
    if (Object.hasOwn(fields, key)) continue;
    const near = suggest(key, Object.keys(fields));
    const hint = near ? `Did you mean "${near}"?` : `Known are ${Object.keys(fields).join(', ')}.`;
    faults.push({ name: join(name, key), detail: `It is not known here. ${hint}` });
  }
  return faults;
}

/** Of several forms the one that comes nearest speaks. */
function checkOptions(options: readonly Schema[], value: unknown, name: string): Fault[] {
  const all = options.map((option) => checkValue(option, value, name));
  if (all.some((faults) => faults.length === 0)) return [];
  return all.reduce((best, faults) => (faults.length < best.length ? faults : best));
}

function expected(name: string, what: string): Fault {
  return { name, detail: `Expected ${what}.` };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return value !== null && typeof value === 'object' && !Array.isArray(value) && !(value instanceof JsonNumber);
}

function join(name: string, key: string): string {
  return name === '' ? key : `${name}.${key}`;
}

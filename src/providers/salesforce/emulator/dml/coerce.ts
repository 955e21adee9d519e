import type { SqlValue } from '../../../../store/database.ts';
import { toId18 } from '../ids.ts';
import { soapType } from '../schema/describe-field.ts';
import type { FieldDefinition } from '../schema/field.ts';
import { RowRefusal, refuse } from './row-error.ts';

/**
 * A caller's JSON or CSV value as it is stored; null for null and for empty text. Throws RowRefusal with the platform's
 * code: JSON_PARSER_ERROR for a value of another type (its `badValue` words the bulk message), STRING_TOO_LONG,
 * NUMBER_OUTSIDE_VALID_RANGE, INVALID_EMAIL_ADDRESS, MALFORMED_ID, INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST.
 */
export function coerce(field: FieldDefinition, value: unknown): SqlValue {
  if (value === null || value === undefined || value === '')
    return field.type === 'boolean' ? nullBoolean(field) : null;
  switch (field.type) {
    case 'boolean':
      return coerceBoolean(field, value);
    case 'int':
    case 'long':
    case 'double':
    case 'currency':
    case 'percent':
      return coerceNumber(field, value);
    case 'date':
      return coerceDate(field, value);
    case 'datetime':
      return coerceDatetime(field, value);
    case 'time':
      return coerceTime(field, value);
    case 'id':
    case 'reference':
      return coerceId(field, value);
    default:
      return coerceText(field, value);
  }
}

function nullBoolean(field: FieldDefinition): SqlValue {
  return field.defaultValue === true;
}

function wrongType(field: FieldDefinition, value: unknown): RowRefusal {
  const text = typeof value === 'object' ? JSON.stringify(value) : String(value);
  const kind = typeof value === 'string' ? 'VALUE_STRING' : typeof value === 'number' ? 'VALUE_NUMBER' : 'START_OBJECT';
  const type = soapType(field).replace(/^\w+:/, '');
  return new RowRefusal([
    {
      statusCode: 'JSON_PARSER_ERROR',
      message: `Cannot deserialize instance of ${type} from ${kind} value ${text} or request may be missing a required field`,
      fields: [field.name],
      badValue: { text, soapType: soapType(field) },
    },
  ]);
}

function coerceBoolean(field: FieldDefinition, value: unknown): SqlValue {
  if (typeof value === 'boolean') return value;
  const text = String(value).toLowerCase();
  if (text === 'true' || text === '1') return true;
  if (text === 'false' || text === '0') return false;
  throw wrongType(field, value);
}

const numberShape = /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/;

function coerceNumber(field: FieldDefinition, value: unknown): SqlValue {
  const text = typeof value === 'bigint' ? value.toString() : String(value).trim();
  if (
    (typeof value !== 'number' && typeof value !== 'string' && typeof value !== 'bigint') ||
    !numberShape.test(text)
  ) {
    throw wrongType(field, value);
  }
  const number = Number(text);
  const whole = field.type === 'int' || field.type === 'long';
  if (whole && !Number.isInteger(number)) throw wrongType(field, value);
  const integerDigits = whole ? field.digits : field.precision - field.scale;
  if (Math.abs(number) >= 10 ** integerDigits) {
    throw refuse(
      'NUMBER_OUTSIDE_VALID_RANGE',
      `${field.label}: value outside of valid range on numeric field: ${text}`,
      [field.name],
    );
  }
  if (/^[+-]?\d+$/.test(text)) return Number.isSafeInteger(number) ? number : BigInt(text);
  if (Number.isInteger(number)) return number;
  return Number(number.toFixed(Math.min(field.scale, 15)));
}

function coerceDate(field: FieldDefinition, value: unknown): SqlValue {
  const match = /^(\d{4}-\d{2}-\d{2})(T.*)?$/.exec(String(value));
  if (typeof value !== 'string' || !match || !isDay(match[1]!)) throw wrongType(field, value);
  return match[1]!;
}

const isDay = (text: string): boolean => {
  const ms = Date.parse(`${text}T00:00:00Z`);
  return !Number.isNaN(ms) && new Date(ms).toISOString().startsWith(text);
};

/** Stored to the second, as the platform keeps them. */
function coerceDatetime(field: FieldDefinition, value: unknown): SqlValue {
  if (typeof value === 'number') return Math.floor(value / 1000) * 1000;
  const text = String(value);
  const shape = /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:?\d{2})?)?$/i;
  if (typeof value !== 'string' || !shape.test(text) || !isDay(text.slice(0, 10))) throw wrongType(field, value);
  const zoned = /T.*(Z|[+-]\d{2}:?\d{2})$/i.test(text) || text.length === 10;
  const ms = Date.parse((zoned ? text : `${text}Z`).replace(/([+-]\d{2})(\d{2})$/, '$1:$2'));
  if (Number.isNaN(ms)) throw wrongType(field, value);
  return Math.floor(ms / 1000) * 1000;
}

function coerceTime(field: FieldDefinition, value: unknown): SqlValue {
  const match = /^([01]\d|2[0-3]):([0-5]\d)(?::([0-5]\d)(?:\.(\d{1,3})\d*)?)?Z?$/.exec(String(value));
  if (typeof value !== 'string' || !match) throw wrongType(field, value);
  const [, hour, minute, second = '00', fraction = ''] = match;
  return `${hour}:${minute}:${second}.${fraction.padEnd(3, '0')}Z`;
}

function coerceId(field: FieldDefinition, value: unknown): SqlValue {
  const id = typeof value === 'string' ? toId18(value) : undefined;
  if (!id) throw refuse('MALFORMED_ID', `${field.label}: id value of incorrect type: ${String(value)}`, [field.name]);
  return id;
}

const emailShape = /^[^\s@"(),:;<>[\\\]]+@[^\s@"(),:;<>[\\\]]+\.[^\s@"(),:;<>[\\\]]+$/u;

function coerceText(field: FieldDefinition, value: unknown): SqlValue {
  if (typeof value === 'object') throw wrongType(field, value);
  // Lines end in a newline whatever the caller sends, and edges of short texts are trimmed, as the platform does.
  const raw = String(value).replaceAll('\r\n', '\n').replaceAll('\0', '');
  const text = field.type === 'textarea' ? raw : raw.trim();
  if (text === '') return null;
  if (field.type === 'picklist') return coercePicklist(field, text);
  if (field.type === 'multipicklist') return coerceMultiple(field, text);
  if (text.length > field.length) {
    throw refuse('STRING_TOO_LONG', `${field.label}: data value too large: ${text} (max length=${field.length})`, [
      field.name,
    ]);
  }
  if (field.type === 'email' && !emailShape.test(text)) {
    throw refuse('INVALID_EMAIL_ADDRESS', `${field.label}: invalid email address: ${text}`, [field.name]);
  }
  return text;
}

function badPicklist(field: FieldDefinition, value: string): RowRefusal {
  return refuse(
    'INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST',
    `${field.label}: bad value for restricted picklist field: ${value}`,
    [field.name],
  );
}

/** Values are matched without case and kept in the picklist's own writing; free ones stay as sent. */
function coercePicklist(field: FieldDefinition, text: string): string {
  const known = field.picklist.find((entry) => entry.active && entry.value.toLowerCase() === text.toLowerCase());
  if (known) return known.value;
  if (field.restrictedPicklist) throw badPicklist(field, text);
  if (text.length > field.length) {
    throw refuse('STRING_TOO_LONG', `${field.label}: data value too large: ${text} (max length=${field.length})`, [
      field.name,
    ]);
  }
  return text;
}

function coerceMultiple(field: FieldDefinition, text: string): string {
  const order = field.picklist.map((entry) => entry.value.toLowerCase());
  const values = [...new Set(text.split(';').filter((value) => value !== ''))];
  const rank = (value: string) => {
    const found = order.indexOf(value.toLowerCase());
    return found === -1 ? order.length : found;
  };
  const bad = field.restrictedPicklist ? values.find((value) => rank(value) === order.length) : undefined;
  if (bad !== undefined) throw badPicklist(field, bad);
  return values
    .sort((a, b) => rank(a) - rank(b))
    .map((value) => field.picklist[rank(value)]?.value ?? value)
    .join(';');
}

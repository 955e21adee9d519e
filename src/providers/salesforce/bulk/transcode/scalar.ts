import { exactNumber, type Json } from '../../../../mapping/json.ts';
import type { ColumnKind } from '../../../../mapping/object-shape.ts';

/**
 * A value of Bulk CSV as REST would print it. Null and empty text are both `""` in CSV, and REST never returns empty text,
 * so empty is null everywhere. What does not look like its type stays text: nothing is invented and nothing is lost.
 */
export function scalarFromCsv(kind: ColumnKind, text: string): Json {
  if (text === '') return null;
  switch (kind) {
    case 'boolean':
      return text === 'true' ? true : text === 'false' ? false : text;
    case 'integer':
    case 'number': {
      const number = jsonNumberText(text, kind === 'integer');
      return number === undefined ? text : exactNumber(number);
    }
    case 'datetime':
      return restDatetime(text);
    default:
      return text;
  }
}

const numberParts = /^([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d{1,4}))?$/;

/** The digits of a number in JSON's grammar (RFC 8259), untouched where they fit it already. Undefined when it is none. */
export function jsonNumberText(text: string, integer: boolean): string | undefined {
  const match = numberParts.exec(text);
  if (!match || (match[2] === '' && !match[3])) return undefined;
  const sign = match[1] === '-' ? '-' : '';
  const whole = match[2]!.replace(/^0+(?=\d)/, '') || '0';
  const fraction = match[3] ?? '';
  if (integer) {
    const plain = plainInteger(whole, fraction, Number(match[4] ?? 0));
    if (plain !== undefined) return sign + plain;
  }
  const exponent = match[4] === undefined ? '' : text.slice(text.search(/[eE]/));
  return sign + whole + (fraction === '' ? '' : `.${fraction}`) + exponent;
}

/** `1.0E7` and `12.0` as the integers they are; undefined when digits would be lost. */
function plainInteger(whole: string, fraction: string, exponent: number): string | undefined {
  const digits = whole + fraction;
  const point = whole.length + exponent;
  const rest = digits.slice(Math.max(point, 0));
  if (/[1-9]/.test(rest)) return undefined;
  const integer = digits.slice(0, Math.max(point, 0)).padEnd(point, '0');
  return integer.replace(/^0+(?=\d)/, '') || '0';
}

const datetimeParts = /^(\d{4,}-\d\d-\d\dT\d\d:\d\d:\d\d)(\.\d{3})?(?:Z|([+-]\d\d):?(\d\d))$/;

/** `…T13:57:45.000Z` as REST writes it: `…T13:57:45.000+0000`. */
function restDatetime(text: string): string {
  const match = datetimeParts.exec(text);
  if (!match) return text;
  return `${match[1]}${match[2] ?? '.000'}${match[3] ? match[3] + match[4] : '+0000'}`;
}

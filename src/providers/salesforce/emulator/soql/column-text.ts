import type { Database } from '../../../../store/database.ts';
import type { FieldType } from '../schema/field.ts';

/**
 * SQL that writes one column as REST JSON or Bulk CSV text. SQLite builds whole rows itself, so that a page of thousands
 * costs one call. REST stamps end in `+0000`, Bulk ones in `Z`; doubles print as Java prints them (`100.0`, `1.0E7`), whole
 * numbers beyond 2^53 with all their digits.
 */
export function jsonColumn(type: FieldType, sql: string): string {
  switch (type) {
    case 'boolean':
      return `iif(${sql}, 'true', 'false')`;
    case 'int':
    case 'long':
      return `ifnull(CAST(${sql} AS INTEGER), 'null')`;
    case 'double':
    case 'currency':
    case 'percent':
      return `ifnull(${decimalText(sql)}, 'null')`;
    case 'datetime':
      return `ifnull(strftime('"%Y-%m-%dT%H:%M:%S.000+0000"', ${sql} / 1000, 'unixepoch'), 'null')`;
    case 'id':
    case 'reference':
    case 'date':
    case 'time':
      return `ifnull('"' || ${sql} || '"', 'null')`;
    default:
      return `json_quote(${sql})`;
  }
}

/** Inside double quotes, null as nothing: for concat(), which leaves nulls out. */
export function csvColumn(type: FieldType, sql: string): string {
  switch (type) {
    case 'boolean':
      return `iif(${sql}, 'true', 'false')`;
    case 'int':
    case 'long':
    case 'id':
    case 'reference':
    case 'date':
    case 'time':
      return sql;
    case 'double':
    case 'currency':
    case 'percent':
      return decimalText(sql);
    case 'datetime':
      return `strftime('%Y-%m-%dT%H:%M:%S.000Z', ${sql} / 1000, 'unixepoch')`;
    default:
      return `replace(${sql}, '"', '""')`;
  }
}

function decimalText(sql: string): string {
  // Formulas and roll-ups are computed once.
  if (!/^[\w."]+$/.test(sql)) return `(SELECT ${decimalText('v.v')} FROM (SELECT ${sql} AS v) v)`;
  // SQLite prints the shortest text that reads back the same between these bounds; the rest is rare enough for JavaScript.
  return `CASE typeof(${sql}) WHEN 'null' THEN NULL WHEN 'integer' THEN iif(${sql} > -10000000 AND ${sql} < 10000000, ${sql} || '.0', decimal_text(CAST(${sql} AS TEXT))) ELSE iif(abs(${sql}) >= 0.001 AND abs(${sql}) < 10000000, CAST(${sql} AS TEXT), decimal_text(CAST(${sql} AS TEXT))) END`;
}

/** Registers what column texts and comparisons call. */
export function defineTextFunctions(db: Database): void {
  db.define('decimal_text', (text) => (text === null ? null : javaDouble(String(text))));
  db.define('fold', (text) => (typeof text === 'string' ? text.toLowerCase() : text));
}

/** Java's Double.toString; whole numbers a double cannot hold keep their digits. */
function javaDouble(text: string): string {
  if (/^-?\d+$/.test(text) && !Number.isSafeInteger(Number(text))) return text;
  const value = Number(text);
  if (value === 0) return '0.0';
  const size = Math.abs(value);
  if (size >= 1e-3 && size < 1e7) return Number.isInteger(value) ? `${value}.0` : String(value);
  const [mantissa, exponent] = value.toExponential().split('e');
  return `${mantissa!.includes('.') ? mantissa : `${mantissa}.0`}E${Number(exponent)}`;
}

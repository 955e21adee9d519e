import { AmpError } from '../../../errors/amp-error.ts';

/** Text as a SOQL literal: only `'` and `\` are special, and control characters are written as escapes. */
export function textLiteral(text: string): string {
  const escaped = text.replace(/[\\'\n\r\t\b\f]/g, (character) => escapes[character]!);
  return `'${escaped}'`;
}

const escapes: Record<string, string> = {
  '\\': '\\\\',
  "'": "\\'",
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
  '\b': '\\b',
  '\f': '\\f',
};

/** A moment in UTC with whole seconds and `Z`: a `+` would become a space in a URL, and stamps have no fractions. */
export function datetimeLiteral(epochMs: number): string {
  return `${new Date(Math.floor(epochMs / 1000) * 1000).toISOString().slice(0, 19)}Z`;
}

/** Date literals of the SOQL reference ("Date Formats and Date Literals"); they follow the running user's time zone. */
const dateLiteral =
  /^(?:YESTERDAY|TODAY|TOMORROW|(?:LAST|THIS|NEXT)_(?:WEEK|MONTH|(?:FISCAL_)?QUARTER|(?:FISCAL_)?YEAR)|(?:LAST|NEXT)_90_DAYS|(?:LAST|NEXT)_N_(?:DAYS|WEEKS|MONTHS|QUARTERS|YEARS|FISCAL_QUARTERS|FISCAL_YEARS):\d{1,6}|N_(?:DAYS|WEEKS|MONTHS|QUARTERS|YEARS|FISCAL_QUARTERS|FISCAL_YEARS)_AGO:\d{1,6})$/i;
const dateText = /^\d{4}-\d\d-\d\d$/;
const datetimeText = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:?\d\d)$/;

/** What a filter compares with: text is quoted and escaped; booleans and numbers are bare; dates are bare when they are dates. */
export function filterLiteral(value: string | boolean | number, fieldType: string, field: string): string {
  if (typeof value === 'boolean') return String(value);
  if (typeof value === 'number') {
    if (Number.isFinite(value)) return String(value);
    throw badValue(field, 'is not a finite number');
  }
  if (fieldType !== 'date' && fieldType !== 'datetime') return textLiteral(value);
  if (dateLiteral.test(value)) return value.toUpperCase();
  if (fieldType === 'date' && dateText.test(value)) return value;
  if (fieldType === 'datetime' && datetimeText.test(value)) return value;
  throw badValue(
    field,
    `needs a ${fieldType === 'date' ? 'date (2026-01-31)' : 'time (2026-01-31T10:00:00Z)'} or a date literal (LAST_N_DAYS:7)`,
  );
}

function badValue(field: string, problem: string): AmpError {
  return new AmpError({ code: 'read-filter-invalid', message: `The filter on ${field} ${problem}.` });
}

import type { ScalarNode } from './node.ts';

export type ScalarValue = string | number | boolean | null;

const truths = /^(?:y|Y|yes|Yes|YES|on|On|ON|true|True|TRUE)$/;
const untruths = /^(?:n|N|no|No|NO|off|Off|OFF|false|False|FALSE)$/;
const nulls = /^(?:~|null|Null|NULL)?$/;
const integer = /^[-+]?(?:0b[01_]+|0o[0-7_]+|0x[0-9a-fA-F_]+|0[0-7_]*|[1-9][0-9_]*)$/;
const float = /^[-+]?(?:\.[0-9]+|[0-9][0-9_]*(?:\.[0-9_]*)?)(?:[eE][-+]?[0-9]+)?$/;
const special = /^(?:[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN))$/;

/**
 * What an unquoted scalar means in YAML 1.1, the dialect the hosted platform reads: `yes` and `off` are booleans, `010` is
 * eight, `1_000` a thousand; dates and `1:30` stay text. Source: yaml.org/type (bool, int, float, null).
 */
export function scalarValue(node: ScalarNode): ScalarValue {
  if (!node.plain) return node.text;
  if (node.tag === 'str') return node.text;
  return plainValue(node.text);
}

function plainValue(text: string): ScalarValue {
  // Nearly every scalar of a manifest is a word longer than any of the special ones: look no further.
  const first = text.charCodeAt(0);
  const numeric = (first >= 48 && first <= 57) || first === 43 || first === 45 || first === 46;
  if (!numeric) {
    if (text.length > 5) return text;
    if (nulls.test(text)) return null;
    if (truths.test(text)) return true;
    if (untruths.test(text)) return false;
    return text;
  }
  if (integer.test(text)) return integerValue(text);
  if (float.test(text)) return Number(text.replaceAll('_', ''));
  if (special.test(text)) return text.includes('n') || text.includes('N') ? specialValue(text) : text;
  return text;
}

function specialValue(text: string): number {
  if (/nan/i.test(text)) return Number.NaN;
  return text.startsWith('-') ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
}

function integerValue(text: string): number {
  return Number(exactInteger(text));
}

/** Digits beyond 2^53 survive: an integer turned into text keeps every one. */
function exactInteger(text: string): bigint {
  const negative = text.startsWith('-');
  let digits = text.replace(/^[-+]/, '').replaceAll('_', '');
  if (/^0[0-7]+$/.test(digits)) digits = `0o${digits.slice(1)}`;
  if (/^0[box]?$/.test(digits)) digits = '0';
  const value = BigInt(digits);
  return negative ? -value : value;
}

/** The text a number or boolean becomes where text is expected: `no` → `false`, `1.0` → `1`, `010` → `8`. */
export function coercedText(node: ScalarNode, value: number | boolean): string {
  if (typeof value === 'number' && integer.test(node.text)) return exactInteger(node.text).toString();
  return String(value);
}

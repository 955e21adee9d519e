import type { FieldPlan, PlanTarget } from '../../mapping/field-plan.ts';
import { type Json, JsonNumber, type JsonObject, renderJson } from '../../mapping/json.ts';
import { mapRecord } from '../../mapping/map-record.ts';

export type OutputFormat = 'ndjson' | 'csv';

/** One record as its line of output, newline included. */
export type LineEncoder = (record: JsonObject) => string;

export function lineEncoder(plan: FieldPlan, format: OutputFormat): LineEncoder {
  if (format === 'ndjson') return (record) => `${renderJson(mapRecord(plan, record))}\n`;
  return (record) => {
    const entry = mapRecord(plan, record);
    return csvLine(plan.targets.map((target) => csvText(valueAt(entry[target.place] as JsonObject, target.path))));
  };
}

/** First line of CSV output: the names fields and mappings are delivered under. */
export function csvHeader(plan: FieldPlan): string {
  return csvLine(plan.targets.map((target: PlanTarget) => target.path.join('.')));
}

/** RFC 4180: CRLF, quotes only where they are needed. */
function csvLine(values: readonly string[]): string {
  return `${values.map((value) => (/[",\r\n]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value)).join(',')}\r\n`;
}

function csvText(value: Json): string {
  if (value === null) return '';
  return typeof value === 'string' ? value : renderJson(value);
}

function valueAt(root: JsonObject, path: readonly string[]): Json {
  let value: Json = root;
  for (const step of path) {
    if (value === null || typeof value !== 'object' || Array.isArray(value) || value instanceof JsonNumber) return null;
    value = Object.hasOwn(value, step) ? value[step]! : null;
  }
  return value;
}

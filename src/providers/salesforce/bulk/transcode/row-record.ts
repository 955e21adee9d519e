import type { Json, JsonObject } from '../../../../mapping/json.ts';
import type { BulkSelect, RecordShape } from '../columns.ts';
import { scalarFromCsv } from './scalar.ts';

export interface RowContext {
  /** Such as `66.0`, echoed in `attributes.url`. */
  apiVersion: string;
  /** Object of a record id, for parents that may be of several (`005…` → User). */
  objectOfId(id: string): string | undefined;
}

/** One bulk row as the record REST returns for the same query: `attributes` first, parents nested, values typed. */
export function recordFromRow(select: BulkSelect, values: readonly string[], context: RowContext): JsonObject {
  return build(select.shape);

  function build(shape: RecordShape): JsonObject {
    const record: JsonObject = { attributes: recordAttributes(shape, values[shape.idColumn]!, context) };
    for (const member of shape.members) {
      let value: Json;
      if ('column' in member) value = scalarFromCsv(select.columns[member.column]!.kind, values[member.column]!);
      else value = values[member.parent.idColumn] === '' ? null : build(member.parent);
      record[member.name] = value;
    }
    return record;
  }
}

export function recordAttributes(shape: RecordShape, id: string, context: RowContext): JsonObject {
  const isPolymorphic = shape.types.length > 1;
  const object = isPolymorphic ? (context.objectOfId(id) ?? shape.object) : shape.object;
  // Of a parent that may be one of several objects, REST answers what they share, which is called Name.
  return { type: isPolymorphic ? 'Name' : object, url: `${sobjectsPath(context.apiVersion)}/${object}/${id}` };
}

export function sobjectsPath(apiVersion: string): string {
  return `/services/data/v${apiVersion}/sobjects`;
}

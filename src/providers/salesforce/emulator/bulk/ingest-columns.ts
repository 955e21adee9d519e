import type { FieldDescribe, ObjectDescribe } from '../rest/describe.ts';

/** What one column of an upload means. */
export interface IngestColumn {
  /** API name of the field the value goes to; of the relationship for a parent by external id. */
  name: string;
  type: string;
  soapType: string;
  /** External id field of the parent: `Owner.Email`. */
  parentField?: string;
}

/** Header names → fields, whatever their case. An unknown one fails the job. */
export function readColumns(
  names: readonly string[],
  describe: ObjectDescribe,
): { columns: IngestColumn[] } | { unknown: string } {
  const fields = new Map(describe.fields.map((field) => [field.name.toLowerCase(), field]));
  const relations = new Map(describe.fields.map((field) => [field.relationshipName?.toLowerCase(), field]));
  const columns: IngestColumn[] = [];
  for (const name of names) {
    const [, relationName, parentField] = /^(?:\w+:)?(\w+)\.(\w+)$/.exec(name) ?? [];
    const field =
      relationName === undefined ? fields.get(name.toLowerCase()) : relations.get(relationName.toLowerCase());
    if (!field) return { unknown: name };
    columns.push(
      relationName === undefined
        ? { name: field.name, type: field.type, soapType: field.soapType }
        : { name: field.relationshipName!, type: 'string', soapType: 'xsd:string', parentField: parentField! },
    );
  }
  return { columns };
}

export type IngestValues = { values: Record<string, unknown>; id?: string } | { error: string };

/** A row's values as the REST API would get them: empty is left out, `#N/A` is null. */
export function readValues(columns: readonly IngestColumn[], texts: readonly string[]): IngestValues {
  const values: Record<string, unknown> = {};
  let id: string | undefined;
  for (const [index, column] of columns.entries()) {
    const text = texts[index] ?? '';
    if (text === '') continue;
    if (column.name === 'Id') {
      id = text;
      continue;
    }
    if (text === '#N/A') values[column.name] = null;
    else if (column.parentField !== undefined) values[column.name] = { [column.parentField]: text };
    else {
      const value = deserialize(column, text);
      if (value === undefined) {
        const reason = `Due to, '${text}' is not a valid value for the type ${column.soapType}`;
        return { error: `INVALID_FIELD:Failed to deserialize field at col ${index}. ${reason}:${column.name} --` };
      }
      values[column.name] = value;
    }
  }
  return id === undefined ? { values } : { values, id };
}

const dateShape = /^\d{4}-\d{2}-\d{2}$/;
const dateTimeShape = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d+)?(?:Z|[+-]\d{2}:?\d{2})$/;

/** Undefined when the text is no value of the field's type. */
function deserialize({ type }: Pick<FieldDescribe, 'type'>, text: string): unknown {
  switch (type) {
    case 'boolean':
      return /^(?:true|1)$/i.test(text) ? true : /^(?:false|0)$/i.test(text) ? false : undefined;
    case 'int':
    case 'long':
      return /^[+-]?\d+(?:\.0+)?$/.test(text) ? exactNumber(text) : undefined;
    case 'double':
    case 'currency':
    case 'percent':
      return /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/.test(text) ? exactNumber(text) : undefined;
    case 'date':
      return dateShape.test(text) && isCalendarDate(text) ? text : undefined;
    case 'datetime':
      return dateTimeShape.test(text) && !Number.isNaN(Date.parse(text))
        ? text
        : dateShape.test(text)
          ? `${text}T00:00:00.000Z`
          : undefined;
    default:
      return text;
  }
}

/** More than 15 digits stay text, as everywhere in the emulator. */
const exactNumber = (text: string) => (text.replace(/\D/g, '').length > 15 ? text : Number(text));

function isCalendarDate(text: string): boolean {
  const at = Date.parse(`${text}T00:00:00Z`);
  return !Number.isNaN(at) && new Date(at).toISOString().startsWith(text);
}

import type { Style } from '../output/style.ts';
import { renderTable } from '../output/table.ts';
import type { FieldSchema, ObjectSchema, ObjectSummary } from '../providers/salesforce/describe/object-schema.ts';

/** Every object with what may be done to it. */
export function renderObjects(objects: ObjectSummary[], style: Style): string {
  if (objects.length === 0) return 'No such objects.';
  const rows = objects.map((object) => [
    object.custom ? style.accent(object.name) : object.name,
    object.label,
    object.keyPrefix ?? '',
    abilities([object.queryable, 'read'], [object.createable, 'create'], [object.updateable, 'update']),
  ]);
  const table = renderTable(
    [{ head: 'OBJECT' }, { head: 'LABEL' }, { head: 'PREFIX' }, { head: 'ACCESS' }],
    rows,
    style,
  );
  return `${table}\n\n${count(objects.length, 'object')}`;
}

/** One object: its fields with type and access, then picklists, then what points at it. */
export function renderObject(object: ObjectSchema, style: Style, width: number): string {
  const access = abilities(
    [object.queryable, 'read'],
    [object.createable, 'create'],
    [object.updateable, 'update'],
    [object.deletable, 'delete'],
  );
  const head = `${style.bold(object.name)}  ${style.dim(`${object.label}, ${object.keyPrefix ?? 'no prefix'}, ${access}`)}`;
  const rows = object.fields.map((field) => [
    field.custom ? style.accent(field.name) : field.name,
    fieldType(field),
    notes(field, style),
  ]);
  const table = renderTable([{ head: 'FIELD' }, { head: 'TYPE' }, { head: '' }], rows, style);
  const parts = [head, table, picklists(object, style, width), children(object, style)];
  return `${parts.filter(Boolean).join('\n\n')}\n\n${count(object.fields.length, 'field')}`;
}

function fieldType(field: FieldSchema): string {
  switch (field.type) {
    case 'string':
    case 'textarea':
    case 'encryptedstring':
      return `${field.type}(${field.length})`;
    case 'double':
    case 'currency':
    case 'percent':
      return `${field.type}(${field.precision},${field.scale})`;
    case 'reference':
      return field.referenceTo.length > 2
        ? `reference(${field.referenceTo.slice(0, 2).join('|')}|…)`
        : `reference(${field.referenceTo.join('|')})`;
    default:
      return field.type;
  }
}

function notes(field: FieldSchema, style: Style): string {
  const required = field.createable && !field.nillable && !field.defaultedOnCreate;
  return [
    required && style.warn('required'),
    !field.createable && !field.updateable && style.dim('read-only'),
    field.calculated && style.dim('formula'),
    field.autoNumber && style.dim('auto-number'),
    field.externalId && style.info('external id'),
    field.unique && 'unique',
    field.compoundFieldName && field.compoundFieldName !== field.name && style.dim(`in ${field.compoundFieldName}`),
  ]
    .filter(Boolean)
    .join(', ');
}

function picklists(object: ObjectSchema, style: Style, width: number): string {
  const lines = object.fields
    .filter((field) => field.picklistValues.length > 0)
    .map((field) => {
      const values = field.picklistValues.filter((entry) => entry.active).map((entry) => entry.value);
      const head = `${field.name}${field.restrictedPicklist ? style.dim(' (restricted)') : ''}`;
      return `  ${head}\n${wrap(values.join(' · '), Math.max(40, width - 4))}`;
    });
  return lines.length === 0 ? '' : `${style.dim('PICKLISTS')}\n${lines.join('\n')}`;
}

function children(object: ObjectSchema, style: Style): string {
  const named = object.childRelationships.filter((child) => child.relationshipName !== null);
  if (named.length === 0) return '';
  const rows = named.map((child) => [child.relationshipName!, `${child.childObject}.${child.field}`]);
  return renderTable([{ head: 'CHILDREN' }, { head: 'THROUGH' }], rows, style);
}

function wrap(text: string, width: number): string {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line.length + word.length + 1 > width && line) {
      lines.push(line);
      line = word;
    } else line = line ? `${line} ${word}` : word;
  }
  lines.push(line);
  return lines.map((part) => `    ${part}`).join('\n');
}

function abilities(...pairs: [boolean, string][]): string {
  const can = pairs.filter(([able]) => able).map(([, name]) => name);
  return can.length === 0 ? 'no access' : can.join(', ');
}

const count = (amount: number, noun: string) => `${amount} ${noun}${amount === 1 ? '' : 's'}`;

import type { FieldPlan, PlanColumn } from '../../../mapping/field-plan.ts';
import type { ColumnKind } from '../../../mapping/object-shape.ts';

/** One column of a bulk query, in SELECT order. */
export interface BulkColumn {
  /** `Owner.Name` */
  name: string;
  kind: ColumnKind;
}

/** What a bulk row is turned into: the record REST would return. */
export interface RecordShape {
  object: string;
  /** Column of this record's id: it makes `attributes.url`, and tells a null parent from a parent with null fields. */
  idColumn: number;
  /** Objects it may be: several for a polymorphic parent. */
  types: readonly string[];
  members: RecordMember[];
}

export type RecordMember = { name: string; column: number } | { name: string; parent: RecordShape };

export interface BulkSelect {
  columns: BulkColumn[];
  shape: RecordShape;
}

/**
 * Columns of the plan as Bulk needs them: CSV has no nested parents, so each parent's Id rides along (and stays out of
 * `raw` unless the plan asked for it).
 */
export function bulkSelect(plan: FieldPlan): BulkSelect {
  const columns: BulkColumn[] = plan.columns.map((column) => ({ name: column.path.join('.'), kind: column.kind }));
  const columnOf = (name: string): number => {
    const known = columns.findIndex((column) => column.name.toLowerCase() === name.toLowerCase());
    return known >= 0 ? known : columns.push({ name, kind: 'text' }) - 1;
  };
  const shape: RecordShape = { object: plan.object, idColumn: columnOf('Id'), types: [plan.object], members: [] };
  for (const [index, column] of plan.columns.entries()) place(column, index);
  return { columns, shape };

  function place(column: PlanColumn, index: number): void {
    let record = shape;
    const parents = column.path.slice(0, -1);
    for (const [level, name] of parents.entries()) {
      const known = record.members.find((member) => member.name === name);
      if (known && 'parent' in known) {
        record = known.parent;
        continue;
      }
      const types = column.parents[level] ?? [];
      const idColumn = columnOf([...parents.slice(0, level + 1), 'Id'].join('.'));
      const parent: RecordShape = { object: types[0] ?? name, idColumn, types, members: [] };
      record.members.push({ name, parent });
      record = parent;
    }
    record.members.push({ name: column.path.at(-1)!, column: index });
  }
}

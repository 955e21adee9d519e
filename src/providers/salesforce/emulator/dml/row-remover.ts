import { isStored, quoteName } from '../schema/columns.ts';
import type { ObjectDefinition } from '../schema/object.ts';
import type { Row } from './derive.ts';
import { logValues } from './log-values.ts';
import { isColumn, type RowWriter, type StoredRow } from './row-writer.ts';

/** Into the bin, with everything that hangs on the row; `root` is the row that was named. */
export function deleteRow(writer: RowWriter, definition: ObjectDefinition, before: StoredRow, root: string): void {
  const { db, schema, rows, stamp } = writer.context;
  const id = String(before.Id);
  if (isColumn(definition, 'IsDeleted')) writer.mark(definition, before, { IsDeleted: true });
  else rows.remove(definition, before._row, true);
  db.prepare('INSERT OR REPLACE INTO _deleted (object, id, root, at, purged) VALUES (?, ?, ?, ?, 0)').run(
    definition.name,
    id,
    root,
    stamp,
  );
  writer.log('DELETE', definition, id, logValues(definition, before), null, []);
  for (const { child, field } of schema.children(definition)) {
    if (!field.cascadeDelete || !isStored(field)) continue;
    const children = db
      .prepare(`SELECT "Id" AS id FROM ${quoteName(child.name)} WHERE ${quoteName(field.name)} = ? AND "IsDeleted" = 0`)
      .all<{ id: string }>(id);
    for (const one of children) deleteRow(writer, child, rows.find(child, one.id)!, root);
  }
}

/** Out of the bin, with everything that went in with it. */
export function restoreRows(writer: RowWriter, root: string): void {
  const { db, schema, rows } = writer.context;
  const together = db
    .prepare('SELECT object, id FROM _deleted WHERE root = ? ORDER BY sequence')
    .all<{ object: string; id: string }>(root);
  for (const { object, id } of together) {
    const definition = schema.get(object);
    const before = rows.find(definition, id);
    if (!before?.IsDeleted) continue;
    const row = writer.mark(definition, before, { IsDeleted: false });
    writer.log('UNDELETE', definition, id, null, logValues(definition, row), []);
  }
  db.prepare('DELETE FROM _deleted WHERE root = ?').run(root);
}

/** Out of the bin for good, cascaded rows too. The memory of the deletion stays for getDeleted. */
export function purgeRows({ context: { db, schema, rows } }: RowWriter, root: string): void {
  const together = db
    .prepare('SELECT object, id FROM _deleted WHERE root = ?')
    .all<{ object: string; id: string }>(root);
  for (const { object, id } of together) {
    const definition = schema.get(object);
    const row = rows.find(definition, id);
    if (row) rows.remove(definition, row._row, false);
  }
  db.prepare('UPDATE _deleted SET purged = 1 WHERE root = ?').run(root);
}

/** The loser's children change parents, then it goes to the bin alone. */
export function mergeInto(writer: RowWriter, definition: ObjectDefinition, master: Row, loser: StoredRow): void {
  const { db, schema, rows } = writer.context;
  for (const { child, field } of schema.children(definition)) {
    if (!isStored(field) || !field.updateable) continue;
    const moving = db
      .prepare(`SELECT "Id" AS id FROM ${quoteName(child.name)} WHERE ${quoteName(field.name)} = ?`)
      .all<{ id: string }>(loser.Id!);
    for (const { id } of moving) {
      const row = rows.find(child, id)!;
      if (!row.IsDeleted) writer.update(child, row, { [field.name]: master.Id! });
    }
  }
  rows.update(definition, loser._row, { MasterRecordId: master.Id! });
  deleteRow(writer, definition, { ...loser, MasterRecordId: master.Id! }, String(loser.Id));
}

import type { Database } from '../../../../store/database.ts';
import type { CustomField, DuplicateRule, ValidationRule } from '../org.ts';
import type { FieldAccess } from './org-schema.ts';

/** What an admin can change about the schema. */
export type SchemaChange =
  | { kind: 'object'; name: string; label: string; prefix: string }
  | { kind: 'field'; object: string; field: CustomField }
  | { kind: 'alter'; object: string; field: CustomField }
  | { kind: 'drop'; object: string; field: string }
  | { kind: 'validation'; rule: ValidationRule }
  | { kind: 'duplicates'; rule: DuplicateRule }
  | { kind: 'access'; object: string; field: string; userId: string; access: FieldAccess };

/** Every change in order, kept in the org's own file. */
export class SchemaChanges {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
    db.exec(
      'CREATE TABLE IF NOT EXISTS _schema_change (sequence INTEGER PRIMARY KEY, at INTEGER NOT NULL, body TEXT NOT NULL)',
    );
  }

  read(): { at: number; change: SchemaChange }[] {
    return this.#db
      .prepare('SELECT at, body FROM _schema_change ORDER BY sequence')
      .all<{ at: number; body: string }>()
      .map(({ at, body }) => ({ at, change: JSON.parse(body) as SchemaChange }));
  }

  append(change: SchemaChange, at: number): void {
    this.#db.prepare('INSERT INTO _schema_change (at, body) VALUES (?, ?)').run(at, JSON.stringify(change));
  }
}

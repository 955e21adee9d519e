import type { Database, Statement } from '../../../../store/database.ts';

const maximumStatements = 200;

/** The statements of recent queries: the same question with other values costs no second compilation. */
export class StatementCache {
  readonly #db: Database;
  readonly #recent = new Map<string, Statement>();

  constructor(db: Database) {
    this.#db = db;
  }

  prepare(sql: string): Statement {
    const statement = this.#recent.get(sql) ?? this.#db.prepareOnce(sql);
    // The last of the map is the most recently used.
    this.#recent.delete(sql);
    this.#recent.set(sql, statement);
    if (this.#recent.size > maximumStatements) this.#recent.delete(this.#recent.keys().next().value!);
    return statement;
  }
}

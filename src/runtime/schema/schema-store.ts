import { onDemand } from '../../platform/on-demand.ts';
import type { Database } from '../../store/database.ts';
import type { SchemaState } from './schema-state.ts';

/** What became of a field that is not shown any more, where the org tells. */
export type FieldFate = 'deleted' | 'hidden';
export type FieldFates = Readonly<Record<string, FieldFate>>;
/** Those, and what the installation uses and the org does not show: `gone` where nobody can tell why. */
export type KnownFates = Readonly<Record<string, FieldFate | 'gone'>>;

/** One object of one scope; states are named by their hash, so that equal ones need not be read to be compared. */
export interface WatchedObject {
  scope: string;
  object: string;
  org: string;
  baseline: string;
  baselineAt: number;
  told: string | undefined;
  toldAt: number | undefined;
  latest: string;
  checkedAt: number;
  /** By lower-case field name: what is not there, since the baseline or for longer. */
  fates: KnownFates;
}

export class SchemaStore {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  /** Undefined also when what is known is another org's or another user's. */
  find(scope: string, org: string, object: string): WatchedObject | undefined {
    const row = this.#db
      .prepare('SELECT * FROM schema_watches WHERE scope = ? AND object = ? AND org = ?')
      .get<Row>(scope, object.toLowerCase(), org);
    return row && fromRow(row);
  }

  /** Everything known of a scope, by object. */
  list(scope: string): WatchedObject[] {
    return this.#db
      .prepare('SELECT * FROM schema_watches WHERE scope = ? ORDER BY object')
      .all<Row>(scope)
      .map(fromRow);
  }

  /** When messages last told something of the scope's org, milliseconds; undefined before the first run of the watch. */
  lastToldAt(scope: string, org: string): number | undefined {
    const row = this.#db
      .prepare('SELECT max(told_at) AS at FROM schema_watches WHERE scope = ? AND org = ?')
      .get<{ at: number | null }>(scope, org);
    return row?.at ?? undefined;
  }

  state(id: string): SchemaState {
    const { fields } = this.#db
      .prepare('SELECT fields FROM schema_states WHERE id = ?')
      .get<{ fields: Uint8Array }>(id)!;
    return JSON.parse(onDemand.zlib.inflateSync(fields).toString('utf8')) as SchemaState;
  }

  /** Keeps the state, once, and answers its name. Call it in the transaction that saves what refers to it. */
  keep(state: SchemaState): string {
    const { id, text } = nameOf(state);
    if (!this.#db.prepare('SELECT 1 FROM schema_states WHERE id = ?').get(id)) {
      this.#db.prepare('INSERT INTO schema_states (id, fields) VALUES (?, ?)').run(id, onDemand.zlib.deflateSync(text));
    }
    return id;
  }

  /** Inserts or replaces. Call it in the transaction that commits what the change tells. */
  save(watched: WatchedObject): void {
    this.#db
      .prepare(
        `INSERT INTO schema_watches (scope, object, org, baseline, baseline_at, told, told_at, latest, checked_at, fates)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
         ON CONFLICT (scope, object) DO UPDATE SET org = excluded.org, baseline = excluded.baseline,
           baseline_at = excluded.baseline_at, told = excluded.told,
           told_at = excluded.told_at, latest = excluded.latest,
           checked_at = excluded.checked_at, fates = excluded.fates`,
      )
      .run(
        watched.scope,
        watched.object.toLowerCase(),
        watched.org,
        watched.baseline,
        watched.baselineAt,
        watched.told ?? null,
        watched.toldAt ?? null,
        watched.latest,
        watched.checkedAt,
        JSON.stringify(watched.fates),
      );
  }
}

/** The name a state has or would have. */
export function nameOf(state: SchemaState): { id: string; text: string } {
  const text = JSON.stringify(state);
  return { id: onDemand.crypto.createHash('sha256').update(text).digest('hex'), text };
}

interface Row {
  scope: string;
  object: string;
  org: string;
  baseline: string;
  baseline_at: number;
  told: string | null;
  told_at: number | null;
  latest: string;
  checked_at: number;
  fates: string;
}

function fromRow(row: Row): WatchedObject {
  return {
    scope: row.scope,
    object: row.object,
    org: row.org,
    baseline: row.baseline,
    baselineAt: row.baseline_at,
    told: row.told ?? undefined,
    toldAt: row.told_at ?? undefined,
    latest: row.latest,
    checkedAt: row.checked_at,
    fates: JSON.parse(row.fates) as KnownFates,
  };
}

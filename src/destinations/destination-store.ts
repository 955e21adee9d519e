import { AmpError } from '../errors/amp-error.ts';
import { randomBase62 } from '../platform/ids.ts';
import type { Database } from '../store/database.ts';
import type { DestinationRecord } from './destination.ts';

/** The destinations of one project, by name. Secrets are not here (webhook/secrets.ts). */
export interface DestinationStore {
  list(): DestinationRecord[];
  find(name: string): DestinationRecord | undefined;
  /** Throws `destination-not-found`, naming those there are. */
  require(name: string): DestinationRecord;
  /** Throws `destination-name`, `destination-exists`. */
  checkNew(name: string): void;
  add(input: Pick<DestinationRecord, 'name' | 'kind' | 'settings'> & { id?: string }): DestinationRecord;
  /** Marks the record as changed, so that running senders read it and its secrets again. */
  touch(id: string): void;
  replaceSettings(id: string, settings: DestinationRecord['settings']): void;
  disable(id: string, reason: string): void;
  /** Enables, forgets past failures, and makes everything that waits due at once. */
  enable(id: string): void;
  /** Removes the destination with all its messages. */
  remove(id: string): void;
}

/** `now` is in epoch milliseconds. */
export function createDestinationStore(db: Database, now: () => number = Date.now): DestinationStore {
  const find = (name: string) => {
    const row = db.prepare('SELECT * FROM destinations WHERE name = ?').get<DestinationRow>(name);
    return row && toRecord(row);
  };
  const list = () => db.prepare('SELECT * FROM destinations ORDER BY name').all<DestinationRow>().map(toRecord);
  const checkNew = (name: string) => {
    checkName(name);
    if (find(name)) {
      throw new AmpError({ code: 'destination-exists', message: `A destination named "${name}" exists.` });
    }
  };
  return {
    list,
    find,
    require(name) {
      const found = find(name);
      if (found) return found;
      const names = list().map((destination) => destination.name);
      throw new AmpError({
        code: 'destination-not-found',
        message: `There is no destination named "${name}".`,
        hint:
          names.length > 0
            ? `This project has ${names.join(', ')}; add one with amp destinations add ${name} --url <url>.`
            : `Add it with amp destinations add ${name} --url <url>.`,
      });
    },
    checkNew,
    add(input) {
      const id = input.id ?? newDestinationId();
      return db.transaction(() => {
        checkNew(input.name);
        db.prepare(
          'INSERT INTO destinations (id, name, kind, settings, created_at, updated_at) VALUES (?, ?, ?, ?, ?, ?)',
        ).run(id, input.name, input.kind, JSON.stringify(input.settings), now(), now());
        return find(input.name)!;
      });
    },
    touch(id) {
      db.prepare('UPDATE destinations SET updated_at = max(updated_at + 1, ?) WHERE id = ?').run(now(), id);
    },
    replaceSettings(id, settings) {
      db.prepare('UPDATE destinations SET settings = ?, updated_at = max(updated_at + 1, ?) WHERE id = ?').run(
        JSON.stringify(settings),
        now(),
        id,
      );
    },
    disable(id, reason) {
      db.prepare(
        `UPDATE destinations SET state = 'disabled', disabled_reason = ?, updated_at = max(updated_at + 1, ?)
         WHERE id = ? AND state = 'enabled'`,
      ).run(reason, now(), id);
    },
    enable(id) {
      db.transaction(() => {
        db.prepare(
          `UPDATE destinations SET state = 'enabled', disabled_reason = NULL, failing_since = NULL, failures_count_from = ?,
             updated_at = max(updated_at + 1, ?) WHERE id = ?`,
        ).run(now(), now(), id);
        db.prepare(
          `UPDATE outbox SET next_attempt_at = 0 WHERE destination_id = ? AND state = 'pending' AND next_attempt_at > 0`,
        ).run(id);
      });
    },
    remove(id) {
      db.prepare('DELETE FROM destinations WHERE id = ?').run(id);
    },
  };
}

export function newDestinationId(): string {
  return `dst_${randomBase62(16)}`;
}

function checkName(name: string): void {
  if (/^[A-Za-z0-9_-]{1,64}$/.test(name)) return;
  throw new AmpError({ code: 'destination-name', message: `"${name}" cannot be the name of a destination.` });
}

export interface DestinationRow {
  id: string;
  name: string;
  kind: DestinationRecord['kind'];
  settings: string;
  state: DestinationRecord['state'];
  disabled_reason: string | null;
  failures_count_from: number;
  failing_since: number | null;
  last_success_at: number | null;
  created_at: number;
  updated_at: number;
}

function toRecord(row: DestinationRow): DestinationRecord {
  return {
    id: row.id,
    name: row.name,
    kind: row.kind,
    settings: JSON.parse(row.settings) as DestinationRecord['settings'],
    state: row.state,
    ...(row.disabled_reason === null ? {} : { disabledReason: row.disabled_reason }),
    createdAt: new Date(row.created_at).toISOString(),
    updatedAt: new Date(row.updated_at).toISOString(),
  };
}

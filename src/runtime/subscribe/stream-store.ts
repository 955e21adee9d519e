import type { Database } from '../../store/database.ts';

export interface StreamPosition {
  replayId: string;
  /** Commit time of the last event before the position, milliseconds on the org's clock. */
  committedAtMs: number;
  savedAtMs: number;
  /** Up to where the hole behind it was read, as long as no event came after that. */
  healedToMs?: number;
}

/** A hole being read: where it begins, and up to which stamp its changed and its deleted records were delivered. */
export interface Heal {
  /** The event or position that made it. */
  cause: string;
  fromMs: number;
  changed: number;
  deleted: number;
}

/** By which members of its channels an org publishes an object's events, and until when it certainly did (its own clock). */
export interface StreamSelection {
  members: readonly string[];
  selectedUntilMs: number;
}

export type HealPhase = 'changed' | 'deleted';

/** Repeats can come for as long as the org retains events. */
const seenForMs = 4 * 24 * 3_600_000;

/** Positions and repeats of subscriptions. Calls join the caller's transaction. */
export class StreamStore {
  readonly #db: Database;
  readonly #now: () => number;

  constructor(db: Database, now: () => number) {
    this.#db = db;
    this.#now = now;
  }

  position(scope: string, channel: string): StreamPosition | undefined {
    const row = this.#db
      .prepare(
        'SELECT replay_id, committed_at, saved_at, healed_to FROM stream_positions WHERE scope = ? AND channel = ?',
      )
      .get<{ replay_id: string; committed_at: number; saved_at: number; healed_to: number | null }>(scope, channel);
    if (!row) return undefined;
    const position = { replayId: row.replay_id, committedAtMs: row.committed_at, savedAtMs: row.saved_at };
    return row.healed_to === null ? position : { ...position, healedToMs: row.healed_to };
  }

  /** `committedAtMs` never moves back: a merged event may carry an older stamp than the one before it. */
  savePosition(scope: string, channel: string, replayId: string, committedAtMs: number): void {
    this.#db
      .prepare(
        `INSERT INTO stream_positions VALUES (?, ?, ?, ?, ?, NULL)
         ON CONFLICT DO UPDATE SET replay_id = excluded.replay_id,
           committed_at = max(committed_at, excluded.committed_at), saved_at = excluded.saved_at,
           healed_to = NULL`,
      )
      .run(scope, channel, replayId, committedAtMs, this.#now());
  }

  /** The org had nothing newer for this subscription until now: its position is old, and nothing is behind. */
  confirmPosition(scope: string, channel: string): void {
    this.#db
      .prepare('UPDATE stream_positions SET saved_at = ? WHERE scope = ? AND channel = ?')
      .run(this.#now(), scope, channel);
  }

  /** The moment from which on a subscription delivers, where no event has given it a position yet; milliseconds on the org's clock. */
  start(scope: string, channel: string): number | undefined {
    return this.#db
      .prepare('SELECT since FROM subscription_starts WHERE scope = ? AND channel = ?')
      .get<{ since: number }>(scope, channel)?.since;
  }

  /** Begins anew at this moment: an older position is forgotten. */
  beginAt(scope: string, channel: string, sinceMs: number): void {
    this.#db.prepare('INSERT OR REPLACE INTO subscription_starts VALUES (?, ?, ?)').run(scope, channel, sinceMs);
    this.#db.prepare('DELETE FROM stream_positions WHERE scope = ? AND channel = ?').run(scope, channel);
  }

  positions(): (StreamPosition & { scope: string; channel: string })[] {
    return this.#db
      .prepare('SELECT scope, channel, replay_id, committed_at, saved_at FROM stream_positions ORDER BY scope, channel')
      .all<{ scope: string; channel: string; replay_id: string; committed_at: number; saved_at: number }>()
      .map((row) => ({
        scope: row.scope,
        channel: row.channel,
        replayId: row.replay_id,
        committedAtMs: row.committed_at,
        savedAtMs: row.saved_at,
      }));
  }

  selection(scope: string, channel: string): StreamSelection | undefined {
    const row = this.#db
      .prepare('SELECT members, selected_until FROM stream_selections WHERE scope = ? AND channel = ?')
      .get<{ members: string | null; selected_until: number }>(scope, channel);
    return row && { members: row.members?.split(',') ?? [], selectedUntilMs: row.selected_until };
  }

  saveSelection(scope: string, channel: string, { members, selectedUntilMs }: StreamSelection): void {
    this.#db
      .prepare('INSERT OR REPLACE INTO stream_selections VALUES (?, ?, ?, ?)')
      .run(scope, channel, members.length > 0 ? members.join(',') : null, selectedUntilMs);
  }

  heal(scope: string, channel: string): Heal | undefined {
    const row = this.#db
      .prepare('SELECT cause, from_at, changed_at, deleted_at FROM stream_heals WHERE scope = ? AND channel = ?')
      .get<{ cause: string; from_at: number; changed_at: number; deleted_at: number }>(scope, channel);
    return row && { cause: row.cause, fromMs: row.from_at, changed: row.changed_at, deleted: row.deleted_at };
  }

  saveHeal(scope: string, channel: string, { cause, fromMs, changed, deleted }: Heal): void {
    this.#db
      .prepare('INSERT OR REPLACE INTO stream_heals VALUES (?, ?, ?, ?, ?, ?)')
      .run(scope, channel, cause, fromMs, changed, deleted);
  }

  /**
   * The position was made good up to here, and stays where the stream left it. Whatever is delivered afterwards may be older:
   * `forgetHealed`.
   */
  saveHealed(scope: string, channel: string, toMs: number): void {
    this.#db
      .prepare('UPDATE stream_positions SET healed_to = ? WHERE scope = ? AND channel = ?')
      .run(toMs, scope, channel);
  }

  forgetHealed(scope: string, channel: string): void {
    this.#db
      .prepare('UPDATE stream_positions SET healed_to = NULL WHERE scope = ? AND channel = ?')
      .run(scope, channel);
  }

  endHeal(scope: string, channel: string): void {
    this.#db.prepare('DELETE FROM stream_heals WHERE scope = ? AND channel = ?').run(scope, channel);
  }

  /**
   * Which of the keys were delivered before. Keys begin with the time of their event (`seenKey`): what is younger than everything
   * delivered so far, as most of a stream is, needs no search, and what is kept together stands together.
   */
  seenAmong(scope: string, keys: readonly string[]): Set<string> {
    let first = keys[0] ?? '';
    for (const key of keys) if (key < first) first = key;
    if (!this.#isAnySince(scope, first)) return new Set();
    const rows = this.#db
      .prepare('SELECT event_key FROM stream_seen WHERE scope = ? AND event_key IN (SELECT value FROM json_each(?))')
      .all<{ event_key: string }>(scope, JSON.stringify(keys));
    return new Set(rows.map((row) => row.event_key));
  }

  #isAnySince(scope: string, key: string): boolean {
    return (
      this.#db.prepare('SELECT 1 FROM stream_seen WHERE scope = ? AND event_key >= ? LIMIT 1').get(scope, key) !==
      undefined
    );
  }

  markSeen(scope: string, keys: readonly string[]): void {
    if (keys.length === 0) return;
    this.#db
      .prepare('INSERT OR IGNORE INTO stream_seen SELECT ?, value, ? FROM json_each(?)')
      .run(scope, this.#now(), JSON.stringify(keys));
  }

  /** A person who asks for old events again gets them again. */
  forgetSeen(scope: string): void {
    this.#db.prepare('DELETE FROM stream_seen WHERE scope = ?').run(scope);
  }

  forgetOldSeen(): void {
    this.#db.prepare('DELETE FROM stream_seen WHERE seen_at < ?').run(this.#now() - seenForMs);
  }
}

import type { Database } from '../../store/database.ts';

/**
 * The part of one destination's outbox that is in memory: what may start next, in which order.
 *
 * Order is kept per order key ("lane"). A message may start when everything before it in its lane has ended. Messages that
 * share an `overlap` may also be on their way together, started in order; one that waits for a retry is passed by the others
 * only after the receiver has accepted something since, so a bad message does not stop its lane and an outage does not shuffle it.
 *
 * Rows are read in `seq` order up to a cursor, a few hundred ahead. A lane keeps a short queue; what does not fit is left in
 * the store and read through the lane's own index when its queue has drained, so one long blocked lane never hides the rest.
 */
export class Feed {
  readonly #db: Database;
  readonly #destinationId: string;
  readonly #lanes = new Map<string, Lane>();
  /** Lanes that may have something to start. */
  readonly #ready = new Set<Lane>();
  /** Lanes whose next message waits for its time. */
  readonly #waiting = new Map<Lane, number>();
  #earliestDueAt = Number.POSITIVE_INFINITY;
  #lastNow = Number.NEGATIVE_INFINITY;
  #cursor = 0;
  #queued = 0;
  #lastFailureAt = Number.NEGATIVE_INFINITY;
  #lastSuccessAt = Number.NEGATIVE_INFINITY;

  constructor(db: Database, destinationId: string) {
    this.#db = db;
    this.#destinationId = destinationId;
  }

  /** The next message that may start now, taken out of the feed; `settle` must follow. */
  take(now: number): PendingRow | undefined {
    if (now < this.#lastNow) this.#moveBack(this.#lastNow - now);
    this.#lastNow = now;
    if (this.#earliestDueAt <= now) this.#wakeDue(now);
    if (this.#ready.size === 0 && this.#queued < queueLimit) this.#fill();
    for (const lane of this.#ready) {
      const row = this.#takeFrom(lane, now);
      if (row) return row;
      this.#ready.delete(lane);
      if (this.#ready.size === 0 && this.#queued < queueLimit) this.#fill();
    }
    return undefined;
  }

  /** When the earliest waiting message is due; undefined when none waits for its time. */
  nextDueAt(): number | undefined {
    let earliest: number | undefined;
    for (const dueAt of this.#waiting.values()) if (earliest === undefined || dueAt < earliest) earliest = dueAt;
    return earliest;
  }

  /** Ends the flight of a message: for good, or to start again at its `dueAt`. */
  settle(row: PendingRow, result: 'ended' | 'again'): void {
    const lane = row.lane;
    lane.inFlight.splice(lane.inFlight.indexOf(row), 1);
    if (result === 'again') {
      const at = lane.queue.findIndex((other) => other.seq > row.seq);
      lane.queue.splice(at === -1 ? lane.queue.length : at, 0, row);
      this.#queued++;
      row.body = null;
      if (row.failedAt > this.#lastFailureAt) this.#lastFailureAt = row.failedAt;
    }
    this.#wake(lane);
  }

  /** The receiver has accepted something. `endOfOutage`: everything that waits for a retry is due at once, oldest first. */
  accepted(now: number, endOfOutage: boolean): void {
    const firstSinceFailure = this.#lastSuccessAt <= this.#lastFailureAt;
    this.#lastSuccessAt = now;
    if (!firstSinceFailure) return;
    for (const lane of [...this.#waiting.keys()]) {
      if (endOfOutage) for (const row of lane.queue) row.dueAt = 0;
      this.#wake(lane);
    }
  }

  /** Reads the store again from the start: messages were replayed or the destination enabled. Call with nothing unrecorded. */
  reset(): void {
    const flying = [...this.#lanes.values()].filter((lane) => lane.inFlight.length > 0);
    this.#lanes.clear();
    this.#ready.clear();
    this.#waiting.clear();
    this.#queued = 0;
    this.#cursor = 0;
    for (const lane of flying) {
      lane.queue = [];
      lane.more = false;
      lane.lastSeq = 0;
      this.#lanes.set(lane.key, lane);
    }
  }

  /** The clock was set back: what waits goes on waiting as long as it would have. */
  #moveBack(byMs: number): void {
    for (const lane of this.#lanes.values()) for (const row of lane.queue) row.dueAt -= byMs;
    for (const lane of [...this.#waiting.keys()]) this.#wake(lane);
  }

  #wakeDue(now: number): void {
    this.#earliestDueAt = Number.POSITIVE_INFINITY;
    for (const [lane, dueAt] of [...this.#waiting]) {
      if (dueAt <= now) this.#wake(lane);
      else this.#earliestDueAt = Math.min(this.#earliestDueAt, dueAt);
    }
  }

  #wake(lane: Lane): void {
    this.#waiting.delete(lane);
    if (lane.queue.length === 0 && lane.more) this.#refill(lane);
    if (lane.queue.length > 0) this.#ready.add(lane);
    else if (lane.inFlight.length === 0) {
      this.#lanes.delete(lane.key);
      this.#ready.delete(lane);
    }
  }

  #takeFrom(lane: Lane, now: number): PendingRow | undefined {
    const index = this.#startable(lane, now);
    if (index === undefined) return undefined;
    const [row] = lane.queue.splice(index, 1);
    this.#queued--;
    lane.inFlight.push(row!);
    if (lane.queue.length === 0 && lane.more) this.#refill(lane);
    return row;
  }

  #startable(lane: Lane, now: number): number | undefined {
    const first = lane.inFlight[0] ?? lane.queue[0];
    let dueAt = Number.POSITIVE_INFINITY;
    for (const [index, row] of lane.queue.entries()) {
      const isAlone = index === 0 && lane.inFlight.length === 0;
      if (!isAlone && (row.overlap === null || row.overlap !== first!.overlap)) break;
      // No schedule waits a day: the row was written by a clock that was ahead.
      if (row.dueAt <= now || row.dueAt > now + dayMs) return index;
      dueAt = Math.min(dueAt, row.dueAt);
      const mayBePassed = row.overlap !== null && this.#lastSuccessAt >= row.failedAt;
      if (!mayBePassed) break;
    }
    if (dueAt < Number.POSITIVE_INFINITY) this.#await(lane, dueAt);
    return undefined;
  }

  #await(lane: Lane, dueAt: number): void {
    this.#waiting.set(lane, dueAt);
    this.#earliestDueAt = Math.min(this.#earliestDueAt, dueAt);
  }

  #fill(): void {
    for (;;) {
      const rows = this.#db
        .prepare(`${selectPending} AND outbox.seq > ? ORDER BY outbox.seq LIMIT ${fillRows}`)
        .all<StoredRow>(this.#destinationId, this.#cursor);
      for (const stored of rows) this.#enqueue(stored);
      if (rows.length > 0) this.#cursor = rows.at(-1)!.seq;
      if (rows.length < fillRows || this.#ready.size > 0) return;
    }
  }

  #enqueue(stored: StoredRow): void {
    let lane = this.#lanes.get(stored.order_key);
    if (!lane) {
      lane = { key: stored.order_key, queue: [], inFlight: [], lastSeq: 0, more: false };
      this.#lanes.set(lane.key, lane);
    }
    if (lane.inFlight.some((row) => row.seq === stored.seq)) return;
    if (lane.more || lane.queue.length >= laneQueueRows) {
      lane.more = true;
      return;
    }
    this.#append(lane, stored);
    this.#ready.add(lane);
  }

  #refill(lane: Lane): void {
    const rows = this.#db
      .prepare(
        `${selectPending} AND order_key = ? AND outbox.seq > ? AND outbox.seq <= ? ORDER BY outbox.seq LIMIT ${laneQueueRows}`,
      )
      .all<StoredRow>(this.#destinationId, lane.key, lane.lastSeq, this.#cursor);
    lane.more = rows.length === laneQueueRows;
    for (const stored of rows) this.#append(lane, stored);
  }

  #append(lane: Lane, stored: StoredRow): void {
    lane.lastSeq = stored.seq;
    this.#queued++;
    lane.queue.push({
      seq: stored.seq,
      id: stored.id,
      overlap: stored.overlap,
      topic: stored.topic,
      operationId: stored.operation_id,
      bytes: stored.bytes,
      attempts: stored.attempts,
      replays: stored.replays,
      downloadId: stored.download_id,
      createdAt: stored.created_at,
      body: stored.body,
      dueAt: stored.next_attempt_at,
      startedAt: 0,
      failedAt: stored.attempts > 0 ? 0 : Number.NEGATIVE_INFINITY,
      lane,
    });
  }
}

export interface PendingRow {
  readonly seq: number;
  readonly id: string;
  readonly overlap: string | null;
  readonly topic: string;
  readonly operationId: string | null;
  readonly bytes: number;
  readonly replays: number;
  readonly downloadId: string | null;
  readonly createdAt: number;
  /** Read with the row when it is small; a large one is read when it leaves. */
  body: Uint8Array | null;
  attempts: number;
  dueAt: number;
  /** When it was last taken. */
  startedAt: number;
  /** When it last failed; long ago when it never did. */
  failedAt: number;
  readonly lane: Lane;
}

interface Lane {
  readonly key: string;
  /** Not on their way, in `seq` order. */
  queue: PendingRow[];
  inFlight: PendingRow[];
  /** The newest row ever queued. */
  lastSeq: number;
  /** The store has pending rows after `lastSeq`, below the cursor. */
  more: boolean;
}

interface StoredRow {
  seq: number;
  id: string;
  order_key: string;
  overlap: string | null;
  topic: string;
  operation_id: string | null;
  bytes: number;
  attempts: number;
  replays: number;
  next_attempt_at: number;
  download_id: string | null;
  created_at: number;
  body: Uint8Array | null;
}

const dayMs = 24 * 3600 * 1000;
const fillRows = 256;
const laneQueueRows = 64;
/** Rows in memory after which no further lanes are opened. */
const queueLimit = 10_000;

/** Bodies up to this size come with their rows: a query each would cost more than sending them. */
const smallBodyBytes = 4096;

const selectPending = `SELECT outbox.seq, id, order_key, overlap, topic, operation_id, bytes, attempts, replays, next_attempt_at,
    download_id, created_at, body
  FROM outbox LEFT JOIN outbox_bodies ON outbox_bodies.seq = outbox.seq AND outbox.bytes <= ${smallBodyBytes}
  WHERE destination_id = ? AND state = 'pending'`;

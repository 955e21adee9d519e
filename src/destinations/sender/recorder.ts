import type { Database } from '../../store/database.ts';
import type { DestinationRecord } from '../destination.ts';
import { createDestinationStore } from '../destination-store.ts';
import type { Outcome } from '../target.ts';
import { recordFailure, recordSuccess } from './failure-clock.ts';
import type { PendingRow } from './feed.ts';

/** What became of one attempt. */
export interface Attempt {
  row: PendingRow;
  /** 1 for the first. */
  number: number;
  destination: DestinationRecord;
  outcome: Outcome;
  /** `retry` at `retryAt` (epoch milliseconds), or the end. */
  verdict: { kind: 'delivered' } | { kind: 'retry'; retryAt: number } | { kind: 'dead'; reason: string };
  at: number;
  /** This success ended an outage: what waits is due at once. */
  endsOutage: boolean;
}

/** A webhook that was disabled by its failures: the data of `destination.webhook.disabled`. */
export interface DestinationDisabled {
  destinationId: string;
  destinationName: string;
  url: string;
  reason: string;
}

/**
 * Writes attempts down, many in one transaction: a commit each would cost a disk flush each. What is not yet written when the
 * process dies is sent again, with the same id and bytes.
 */
export class Recorder {
  readonly #db: Database;
  readonly #onDisabled: (event: DestinationDisabled) => void;
  #attempts: Attempt[] = [];

  /** `onDisabled` is called inside the transaction that disables, so what it stores commits with it. */
  constructor(db: Database, onDisabled: (event: DestinationDisabled) => void) {
    this.#db = db;
    this.#onDisabled = onDisabled;
  }

  get waiting(): number {
    return this.#attempts.length;
  }

  add(attempt: Attempt): void {
    this.#attempts.push(attempt);
  }

  flush(): void {
    if (this.#attempts.length === 0) return;
    const attempts = this.#attempts;
    this.#attempts = [];
    this.#db.transaction(() => {
      // Runs of success between failures: the five-day rule depends on what came first.
      let run: Attempt[] = [];
      for (const attempt of attempts) {
        if (attempt.verdict.kind === 'delivered') run.push(attempt);
        else {
          this.#saveDelivered(run);
          run = [];
          this.#saveFailed(attempt);
        }
      }
      this.#saveDelivered(run);
    });
  }

  #saveDelivered(run: readonly Attempt[]): void {
    // One statement a status: most of the cost of a small message would be its own.
    const byStatus = new Map<number | null, number[]>();
    const last = new Map<string, Attempt>();
    for (const attempt of run) {
      const status = attempt.outcome.status ?? null;
      const seqs = byStatus.get(status) ?? [];
      if (seqs.push(attempt.row.seq) === 1) byStatus.set(status, seqs);
      last.set(attempt.destination.id, attempt);
    }
    const at = run.at(-1)?.at ?? 0;
    for (const [status, seqs] of byStatus) {
      this.#db
        .prepare(
          `UPDATE outbox SET state = 'delivered', attempts = attempts + 1, ended_at = ?, last_status = ?, last_error = NULL
           WHERE seq IN (SELECT value FROM json_each(?))`,
        )
        .run(at, status, JSON.stringify(seqs));
    }
    for (const [destinationId, attempt] of last) recordSuccess(this.#db, destinationId, attempt.at);
    for (const { endsOutage, destination } of run) if (endsOutage) this.#makeDue(destination.id);
  }

  #makeDue(destinationId: string): void {
    this.#db
      .prepare(
        `UPDATE outbox SET next_attempt_at = 0 WHERE destination_id = ? AND state = 'pending' AND next_attempt_at > 0`,
      )
      .run(destinationId);
  }

  #saveFailed(attempt: Attempt): void {
    const { row, outcome, verdict, at, destination } = attempt;
    if (outcome.kind !== 'failed' || verdict.kind === 'delivered') return;
    // What was abandoned while it was on its way stays so.
    this.#db
      .prepare(
        `UPDATE outbox SET state = ?, attempts = attempts + 1, next_attempt_at = ?, ended_at = ?, last_status = ?, last_error = ?
         WHERE seq = ? AND state = 'pending'`,
      )
      .run(
        verdict.kind === 'retry' ? 'pending' : 'dead',
        verdict.kind === 'retry' ? verdict.retryAt : 0,
        verdict.kind === 'retry' ? null : at,
        outcome.status ?? null,
        verdict.kind === 'dead' ? `${outcome.reason}; ${verdict.reason}` : outcome.reason,
        row.seq,
      );
    // Nothing to write for a destination that was removed meanwhile.
    this.#db
      .prepare(
        `INSERT INTO delivery_failures (destination_id, message_id, attempt, at, status, reason)
         SELECT id, ?, ?, ?, ?, ? FROM destinations WHERE id = ?`,
      )
      .run(row.id, attempt.number, at, outcome.status ?? null, outcome.reason, destination.id);
    const shouldDisable = recordFailure(this.#db, destination.id, at) === 'disable';
    if (outcome.gone) this.#disable(attempt, 'The receiver answered 410 Gone.');
    else if (shouldDisable) this.#disable(attempt, 'Every attempt failed for five days.');
  }

  #disable({ destination, at }: Attempt, reason: string): void {
    const store = createDestinationStore(this.#db, () => at);
    if (store.find(destination.name)?.state !== 'enabled') return;
    store.disable(destination.id, reason);
    const url = 'url' in destination.settings ? destination.settings.url : '';
    this.#onDisabled({ destinationId: destination.id, destinationName: destination.name, url, reason });
  }
}

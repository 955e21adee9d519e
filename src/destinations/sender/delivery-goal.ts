import type { Clock } from '../../platform/clock.ts';
import type { Database } from '../../store/database.ts';
import type { BacklogFilter } from '../destination.ts';
import { backlogConditions } from '../outbox.ts';

export interface GoalOptions {
  /** `drained`: no message of the filter waits any more. `idle`: nothing is due now. `stopped`: the signal says so. */
  until: 'drained' | 'idle' | 'stopped';
  /** What to wait for and count; everything that is due is sent all the same, since order may demand it. */
  filter?: BacklogFilter;
  /**
   * More messages are being stored until this settles: sending goes on meanwhile, and only then `limitMs` begins to run. It
   * gives the filter. When it fails, sending stops.
   */
  during?: Promise<BacklogFilter>;
  /** Give up waiting after this long; the rest stays in the outbox. */
  limitMs?: number;
  /** With `drained` and `limitMs`: a retry further away than this is not waited for; its message stays in the outbox. */
  longestPauseMs?: number;
  signal?: AbortSignal;
}

/** When a delivery has done what it was started for. */
export interface DeliveryGoal {
  /** Known once `during` has settled. */
  readonly filter: BacklogFilter | undefined;
  /** Epoch milliseconds. */
  readonly deadline: number;
  /** Aborted, or out of time. */
  isOver(): boolean;
  /** Nothing is left to do, as far as the store knows. `problems`: destinations that cannot be opened. */
  isMet(problems: Iterable<string>): boolean;
}

export function createGoal(db: Database, clock: Clock, options: GoalOptions): DeliveryGoal {
  const { until, signal, limitMs = Number.POSITIVE_INFINITY } = options;
  let { filter } = options;
  let isOpen = options.during !== undefined;
  let hasFailed = false;
  let deadline = isOpen ? Number.POSITIVE_INFINITY : clock.now() + limitMs;
  options.during?.then(
    (found) => {
      filter = found;
      isOpen = false;
      deadline = clock.now() + limitMs;
    },
    () => {
      hasFailed = true;
    },
  );
  return {
    get filter() {
      return filter;
    },
    get deadline() {
      return deadline;
    },
    isOver: () => hasFailed || signal?.aborted === true || clock.now() >= deadline,
    isMet: (problems) => until !== 'stopped' && !isOpen && !hasWork(db, filter ?? {}, problems),
  };
}

/** Whether messages of the filter wait for a destination that can take them. */
function hasWork(db: Database, filter: BacklogFilter, problems: Iterable<string>): boolean {
  const { where, values } = backlogConditions(filter);
  const row = db
    .prepare(
      `SELECT 1 FROM outbox JOIN destinations ON destinations.id = outbox.destination_id
       WHERE outbox.state = 'pending' AND destinations.state = 'enabled' AND ${where}
         AND destinations.name NOT IN (SELECT value FROM json_each(?)) LIMIT 1`,
    )
    .get(...values, JSON.stringify([...problems]));
  return row !== undefined;
}

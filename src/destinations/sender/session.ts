import type { Database } from '../../store/database.ts';
import type { DestinationRecord } from '../destination.ts';
import { gaveUpAfter, nextDelayMs, type RetrySchedule } from '../schedule.ts';
import type { Outcome, Target } from '../target.ts';
import { Feed, type PendingRow } from './feed.ts';
import type { Attempt } from './recorder.ts';

/**
 * One destination while it is being delivered to: its feed, how much may be on its way, and whether the receiver is out.
 *
 * The number of concurrent messages finds itself: it grows by one for each success while it is the limit and halves when the
 * receiver is busy or broken, so rate × latency is reached without anyone setting it. Two different messages failing with no
 * success between them is an outage: then one message at a time probes, the oldest first, and the first success makes all that
 * wait due at once, in order.
 */
export class Session {
  readonly feed: Feed;
  destination: DestinationRecord;
  target: Target | undefined;
  inFlight = 0;
  #bytesInFlight = 0;
  #window = firstWindow;
  readonly #failing = new Set<string>();
  #probeAt = 0;
  readonly #schedule: RetrySchedule;
  readonly #random: () => number;

  constructor(db: Database, destination: DestinationRecord, schedule: RetrySchedule, random: () => number) {
    this.feed = new Feed(db, destination.id);
    this.destination = destination;
    this.#schedule = schedule;
    this.#random = random;
  }

  /** The next message that may start now. `settle` must follow. */
  take(now: number): PendingRow | undefined {
    if (!this.target || this.destination.state !== 'enabled') return undefined;
    if (this.inFlight >= (this.#isOut() ? 1 : this.#window) || this.#bytesInFlight >= bytesInFlightLimit)
      return undefined;
    // Further ahead than any pause: the clock was set back.
    const pauseMs = this.#probeAt - now;
    if (this.#isOut() && pauseMs > 0 && pauseMs <= longestProbeMs) return undefined;
    const row = this.feed.take(now);
    if (!row) return undefined;
    this.inFlight++;
    this.#bytesInFlight += row.bytes;
    row.startedAt = now;
    return row;
  }

  /** When to look again although nothing happens. */
  nextWakeAt(): number | undefined {
    if (!this.target || this.destination.state !== 'enabled') return undefined;
    const dueAt = this.feed.nextDueAt();
    if (this.#isOut()) return dueAt === undefined ? this.#probeAt : Math.max(dueAt, this.#probeAt);
    return dueAt;
  }

  /** Decides what an outcome means, and lets the feed know. */
  settle(row: PendingRow, outcome: Outcome, now: number): Attempt {
    const wasFull = this.inFlight >= this.#window;
    this.inFlight--;
    this.#bytesInFlight -= row.bytes;
    const attempt: Attempt = {
      row,
      number: row.attempts + 1,
      destination: this.destination,
      outcome,
      verdict: { kind: 'delivered' },
      at: now,
      endsOutage: false,
    };
    if (outcome.kind === 'delivered') {
      attempt.endsOutage = this.#isOut();
      this.#failing.clear();
      const isQuick = now - row.startedAt < quickAnswerMs;
      if (wasFull && this.#window < (isQuick ? quickWindow : largestWindow)) this.#window++;
      this.feed.settle(row, 'ended');
      this.feed.accepted(now, attempt.endsOutage);
      return attempt;
    }
    this.#failing.add(row.id);
    if (outcome.status === undefined || outcome.status >= 500 || outcome.busy) {
      this.#window = Math.max(smallestWindow, Math.floor(this.#window / 2));
    }
    row.attempts++;
    row.failedAt = now;
    const { busy, retryAfterMs } = outcome;
    const failed = { attempts: row.attempts, busy, ...(retryAfterMs === undefined ? {} : { retryAfterMs }) };
    // A destination that is gone keeps its messages until somebody enables it.
    const delayMs = outcome.gone ? 0 : nextDelayMs(this.#schedule, failed, this.#random());
    if (outcome.aborted) attempt.verdict = { kind: 'dead', reason: 'the receiver asked to stop' };
    else if (delayMs === undefined)
      attempt.verdict = { kind: 'dead', reason: `${gaveUpAfter} ${row.attempts} attempts` };
    else {
      row.dueAt = now + delayMs;
      attempt.verdict = { kind: 'retry', retryAt: row.dueAt };
    }
    const pauseMs = delayMs ?? this.#schedule.delaysMs.at(-1) ?? 0;
    this.#probeAt = now + Math.min(pauseMs, longestProbeMs);
    this.feed.settle(row, attempt.verdict.kind === 'retry' ? 'again' : 'ended');
    return attempt;
  }

  /** Ends the flight of a message that was not sent after all. */
  drop(row: PendingRow): void {
    this.inFlight--;
    this.#bytesInFlight -= row.bytes;
    this.feed.settle(row, 'ended');
  }

  /** Ends the flight of a message that cannot be sent before `until`. */
  postpone(row: PendingRow, until: number): void {
    this.inFlight--;
    this.#bytesInFlight -= row.bytes;
    row.dueAt = until;
    this.feed.settle(row, 'again');
  }

  #isOut(): boolean {
    return this.#failing.size >= 2;
  }
}

const firstWindow = 8;
const smallestWindow = 2;
const largestWindow = 256;
/** Answers this quick need no more than `quickWindow` connections for 6,000 messages a second; more would only cost. */
const quickAnswerMs = 5;
const quickWindow = 32;
const bytesInFlightLimit = 32 * 1024 * 1024;
/** During an outage another message may be tried after this long, even when the failed ones wait longer. */
const longestProbeMs = 5 * 60 * 1000;

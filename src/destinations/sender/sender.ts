import type { DownloadOffers } from '../downloads/download-offers.ts';
import { type FreshBodies, keepFreshBodies } from '../fresh-bodies.ts';
import type { OutgoingMessage } from '../target.ts';
import type { PendingRow } from './feed.ts';
import { RateLimit } from './rate-limit.ts';
import { type Attempt, type DestinationDisabled, Recorder } from './recorder.ts';
import type { Session } from './session.ts';
import { Sessions, type SessionsOptions } from './sessions.ts';

export interface SenderOptions extends SessionsOptions {
  ratePerSecond: number;
  /** How often other processes' messages and changed destinations are looked for. */
  pollMs: number;
  downloads: Pick<DownloadOffers, 'prepare' | 'fill'>;
  onAttempt(attempt: Attempt): void;
  onDisabled(event: DestinationDisabled): void;
}

/**
 * Sends what the outbox holds, for all destinations of a project, until it is stopped. One sender runs per project at a time
 * (deliver-pending.ts holds the lock), so order and the rate limit need no word between processes.
 *
 * Everything happens in `#pump`, which starts what may start and is called after every answer, on every timer and poll.
 */
export class Sender {
  readonly #options: SenderOptions;
  readonly #recorder: Recorder;
  readonly #limit: RateLimit;
  readonly #sessions: Sessions;
  readonly #fresh: FreshBodies;
  #inFlight = 0;
  #stopping = false;
  /** The rate limit holds something back. */
  #isLimited = false;
  #failedAttempts = 0;
  #timer: { at: number; cancel: AbortController } | undefined;
  #flushTimer: NodeJS.Timeout | undefined;
  #quiet: (() => void) | undefined;
  #failure: { error: unknown } | undefined;

  constructor(options: SenderOptions) {
    this.#options = options;
    this.#sessions = new Sessions(options);
    this.#recorder = new Recorder(options.db, options.onDisabled);
    this.#limit = new RateLimit(options.ratePerSecond);
    this.#fresh = keepFreshBodies(options.db, () => this.notify());
  }

  get failedAttempts(): number {
    return this.#failedAttempts;
  }

  /** Why destinations could not be opened, by name. */
  get problems(): ReadonlyMap<string, unknown> {
    return this.#sessions.problems;
  }

  /** When anything may go out again although nothing happens; undefined when nothing waits for its time. */
  get nextWakeAt(): number | undefined {
    const moments = [...this.#sessions].flatMap((session) => session.nextWakeAt() ?? []);
    return moments.length > 0 ? Math.min(...moments) : undefined;
  }

  /** Nothing is on its way and nothing may start now. */
  get isIdle(): boolean {
    return this.#inFlight === 0 && !this.#isLimited;
  }

  /** Looks for new messages and changed destinations, and starts what may start. */
  async refresh(): Promise<void> {
    await this.#sessions.refresh(() => this.flush());
    await this.#options.downloads.prepare();
    this.notify();
  }

  /** Starts what may start: new messages were committed by this process, or one has ended. */
  notify(): void {
    try {
      this.#pump();
    } catch (error) {
      this.#fail(error);
    }
  }

  /** Resolves after the next answer, timer or poll. Throws what the store threw in between. */
  async wait(signal?: AbortSignal): Promise<void> {
    this.#throwFailure();
    await new Promise<void>((resolve) => {
      const done = () => {
        signal?.removeEventListener('abort', done);
        this.#quiet = undefined;
        resolve();
      };
      this.#quiet = done;
      signal?.addEventListener('abort', done, { once: true });
      this.#arm(this.#options.clock.now() + this.#options.pollMs);
    });
    this.#throwFailure();
  }

  /** Nothing more can be sent now: holds nothing in memory that the store has. */
  rest(): void {
    this.flush();
    this.#fresh.clear();
  }

  /** Writes down everything that is known. */
  flush(): void {
    clearTimeout(this.#flushTimer);
    this.#flushTimer = undefined;
    this.#recorder.flush();
  }

  /** Starts nothing more, lets what is on its way end (at most `graceMs`), and writes it down. */
  async stop(graceMs: number): Promise<void> {
    this.#stopping = true;
    this.#fresh.close();
    const deadline = performance.now() + graceMs;
    while (this.#inFlight > 0 && performance.now() < deadline) await new Promise((resolve) => setTimeout(resolve, 10));
    this.#timer?.cancel.abort();
    try {
      this.flush();
    } finally {
      await this.#sessions.closeAll();
    }
  }

  #pump(): void {
    if (this.#stopping) return;
    const now = this.#options.clock.now();
    let wakeAt = Number.POSITIVE_INFINITY;
    // One message of each destination in turn: a full one does not starve the rest.
    for (let started = true; started; ) {
      started = false;
      for (const session of this.#sessions) {
        const waitMs = this.#limit.waitMs(now);
        this.#isLimited = waitMs > 0;
        if (waitMs > 0) {
          this.#arm(now + waitMs);
          return;
        }
        const row = session.take(now);
        if (!row) continue;
        this.#limit.spend(now);
        this.#start(session, row);
        started = true;
      }
    }
    for (const session of this.#sessions) wakeAt = Math.min(wakeAt, session.nextWakeAt() ?? wakeAt);
    if (wakeAt > now && Number.isFinite(wakeAt)) this.#arm(wakeAt);
  }

  #start(session: Session, row: PendingRow): void {
    const stored = this.#fresh.take(row.seq) ?? row.body ?? this.#loadBody(row);
    // Removed with its destination since the row was read.
    if (!stored) {
      session.drop(row);
      return;
    }
    const body = this.#finalBody(session, row, stored);
    if (!body) {
      session.postpone(row, this.#options.clock.now() + this.#options.pollMs);
      return;
    }
    this.#inFlight++;
    const { id, topic, createdAt } = row;
    const message: OutgoingMessage = { id, topic, createdAt, body, replayed: row.replays > 0 };
    session.target!.send(message).then(
      (outcome) => {
        this.#inFlight--;
        const attempt = session.settle(row, outcome, this.#options.clock.now());
        if (outcome.kind === 'failed') this.#failedAttempts++;
        this.#recorder.add(attempt);
        this.#options.onAttempt(attempt);
        if (outcome.kind === 'failed' && outcome.gone)
          session.destination = { ...session.destination, state: 'disabled' };
        this.#flushSoon();
        this.notify();
        if (this.#inFlight === 0) this.#quiet?.();
      },
      (error) => {
        this.#inFlight--;
        this.#fail(error);
      },
    );
  }

  #loadBody({ seq }: PendingRow): Uint8Array | undefined {
    return this.#options.db.prepare('SELECT body FROM outbox_bodies WHERE seq = ?').get<{ body: Uint8Array }>(seq)
      ?.body;
  }

  #finalBody({ destination }: Session, row: PendingRow, body: Uint8Array): Uint8Array | undefined {
    if (row.downloadId === null) return body;
    return this.#options.downloads.fill({ downloadId: row.downloadId, kind: destination.kind, body });
  }

  #flushSoon(): void {
    if (this.#recorder.waiting >= flushAttempts) this.flush();
    else
      this.#flushTimer ??= setTimeout(() => {
        try {
          this.flush();
        } catch (error) {
          this.#fail(error);
        }
      }, flushMs);
  }

  #throwFailure(): void {
    if (this.#failure) throw this.#failure.error;
  }

  #fail(error: unknown): void {
    this.#failure ??= { error };
    this.#stopping = true;
    this.#quiet?.();
  }

  /** Makes sure that something happens at `at`. */
  #arm(at: number): void {
    if (this.#timer && this.#timer.at <= at) return;
    this.#timer?.cancel.abort();
    const timer = { at, cancel: new AbortController() };
    this.#timer = timer;
    this.#options.clock.sleep(Math.max(0, at - this.#options.clock.now()), timer.cancel.signal).then(
      () => {
        if (this.#timer === timer) this.#timer = undefined;
        this.notify();
        this.#quiet?.();
      },
      () => {},
    );
  }
}

/** What a crash repeats at most; each flush costs a flush of the disk. */
const flushAttempts = 1024;
const flushMs = 100;

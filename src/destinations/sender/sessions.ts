import type { Clock } from '../../platform/clock.ts';
import type { Database } from '../../store/database.ts';
import type { DestinationRecord } from '../destination.ts';
import { createDestinationStore } from '../destination-store.ts';
import type { RetrySchedule } from '../schedule.ts';
import type { Target } from '../target.ts';
import { Session } from './session.ts';

export interface SessionsOptions {
  db: Database;
  clock: Clock;
  schedule: RetrySchedule;
  /** In [0, 1), for the jitter. */
  random(): number;
  openTarget(destination: DestinationRecord): Promise<Target>;
}

/** A session for each destination of the project, kept in step with what other processes change. */
export class Sessions {
  readonly #options: SessionsOptions;
  readonly #sessions = new Map<string, Session>();
  /** `updated_at` of each destination as opened. */
  readonly #versions = new Map<string, number>();
  readonly #problems = new Map<string, { error: unknown; retryAt: number }>();

  constructor(options: SessionsOptions) {
    this.#options = options;
  }

  [Symbol.iterator](): Iterator<Session> {
    return this.#sessions.values();
  }

  /** Why destinations could not be opened, by name. */
  get problems(): ReadonlyMap<string, unknown> {
    const problems = new Map<string, unknown>();
    for (const [id, { error }] of this.#problems) {
      const name = this.#sessions.get(id)?.destination.name;
      if (name) problems.set(name, error);
    }
    return problems;
  }

  /** Opens new and changed destinations and closes removed ones. `beforeReset` leaves nothing unrecorded. */
  async refresh(beforeReset: () => void): Promise<void> {
    const { db, clock } = this.#options;
    const rows = db
      .prepare('SELECT id, name, updated_at FROM destinations')
      .all<{ id: string; name: string; updated_at: number }>();
    const present = new Set(rows.map((row) => row.id));
    for (const [id, session] of this.#sessions) if (!present.has(id)) await this.#close(id, session);
    for (const row of rows) {
      const problem = this.#problems.get(row.id);
      if (this.#versions.get(row.id) === row.updated_at && !(problem && problem.retryAt <= clock.now())) continue;
      // The outbox may have been changed with it (replayed, enabled): it is read again.
      beforeReset();
      await this.#open(row.id, row.name, row.updated_at);
    }
  }

  async closeAll(): Promise<void> {
    await Promise.all([...this.#sessions.values()].map((session) => session.target?.close()));
  }

  async #open(id: string, name: string, version: number): Promise<void> {
    const { db, clock, schedule, random, openTarget } = this.#options;
    const destination = createDestinationStore(db).require(name);
    let session = this.#sessions.get(id);
    if (session) {
      session.destination = destination;
      session.feed.reset();
    } else {
      session = new Session(db, destination, schedule, random);
      this.#sessions.set(id, session);
    }
    this.#versions.set(id, version);
    this.#problems.delete(id);
    const before = session.target;
    session.target = undefined;
    try {
      if (destination.state === 'enabled') session.target = await openTarget(destination);
    } catch (error) {
      this.#problems.set(id, { error, retryAt: clock.now() + problemRetryMs });
    } finally {
      if (before) await closeWhenQuiet(session, before);
    }
  }

  async #close(id: string, session: Session): Promise<void> {
    this.#sessions.delete(id);
    this.#versions.delete(id);
    this.#problems.delete(id);
    await session.target?.close();
  }
}

/** The old target's answers still count: it closes after them, in the background. */
async function closeWhenQuiet(session: Session, target: Target): Promise<void> {
  if (session.inFlight === 0) return target.close();
  const timer = setInterval(() => {
    if (session.inFlight > 0) return;
    clearInterval(timer);
    void target.close();
  }, 50);
  timer.unref();
}

const problemRetryMs = 30_000;

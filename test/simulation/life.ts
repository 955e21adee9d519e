import { setMaxListeners } from 'node:events';
import { AmpError } from '../../src/errors/amp-error.ts';
import type { Clock } from '../../src/platform/clock.ts';
import type { Database, Statement, TransactionHooks } from '../../src/store/database.ts';
import type { State } from '../../src/store/state.ts';
import type { VirtualTime } from './virtual-time.ts';

/** The process is gone: nothing it still does reaches the store, the network or the clock. */
export class Killed extends Error {
  override readonly name = 'Killed';
}

/**
 * One life of the process `amp run`, from its start to its end. A kill strikes before or after the commit that it waits for,
 * or between two steps; from then on every call of this life fails, so whatever its code does while it unwinds has no effect.
 */
export class Life {
  readonly #time: VirtualTime;
  readonly #stop = new AbortController();
  #isDead = false;
  /** Commits left until the kill strikes; negative: none is planned. */
  #commitsLeft = -1;
  #strikesBefore = false;
  /** Told of each commit of this life, before anything else happens. */
  onCommit: () => void = () => {};
  isDiskFull: () => boolean = () => false;

  constructor(time: VirtualTime) {
    this.#time = time;
    setMaxListeners(0, this.#stop.signal);
  }

  get isDead(): boolean {
    return this.#isDead;
  }

  get signal(): AbortSignal {
    return this.#stop.signal;
  }

  /** SIGTERM. */
  stop(): void {
    this.#stop.abort(new Error('stopped'));
  }

  /** SIGKILL at the `commits`-th commit from now, just before or just after it. */
  planKill(commits: number, before: boolean): void {
    this.#commitsLeft = commits;
    this.#strikesBefore = before;
  }

  kill(): void {
    if (this.#isDead) return;
    this.#isDead = true;
    this.#time.drop(this);
    this.#time.touch();
    this.#stop.abort(new Killed('killed'));
  }

  check(): void {
    if (this.#isDead) throw new Killed('killed');
  }

  /** A promise that a kill ends. */
  async guard<Value>(work: Promise<Value>): Promise<Value> {
    this.check();
    const value = await work;
    this.check();
    return value;
  }

  clock(speed: number): Clock {
    return {
      speed,
      now: () => this.#time.now,
      sleep: (ms, signal) =>
        new Promise((resolve, reject) => {
          if (this.#isDead) return reject(new Killed('killed'));
          if (signal?.aborted) return reject(signal.reason);
          const done = () => {
            signal?.removeEventListener('abort', end);
            this.#stop.signal.removeEventListener('abort', killed);
            resolve();
          };
          const timer = setTimeout(done, ms);
          const end = () => {
            clearTimeout(timer);
            this.#stop.signal.removeEventListener('abort', killed);
            this.#time.touch();
            reject(signal?.reason);
          };
          const killed = () => {
            if (!this.#isDead) return;
            signal?.removeEventListener('abort', end);
            reject(new Killed('killed'));
          };
          signal?.addEventListener('abort', end, { once: true });
          this.#stop.signal.addEventListener('abort', killed, { once: true });
        }),
    };
  }

  /** The state as this life sees it. */
  state(state: State): State {
    return { ...state, db: new GuardedDatabase(state.db, this), close: () => {} };
  }

  beforeCommit(): void {
    if (this.isDiskFull()) throw new AmpError({ code: 'store-full', message: 'No space left.' });
    if (this.#commitsLeft >= 0) this.#commitsLeft--;
    if (this.#commitsLeft === 0 && this.#strikesBefore) {
      this.kill();
      throw new Killed('killed before a commit');
    }
  }

  afterCommit(): void {
    this.#time.touch();
    this.onCommit();
    if (this.#commitsLeft === 0 && !this.#strikesBefore) {
      this.kill();
      throw new Killed('killed after a commit');
    }
  }
}

class GuardedDatabase implements Database {
  readonly path: string;
  readonly #db: Database;
  readonly #life: Life;
  readonly #statements = new Map<string, Statement>();

  constructor(db: Database, life: Life) {
    this.#db = db;
    this.path = db.path;
    this.#life = life;
  }

  prepare(sql: string): Statement {
    this.#life.check();
    let statement = this.#statements.get(sql);
    if (!statement) {
      statement = this.#guarded(this.#db.prepare(sql));
      this.#statements.set(sql, statement);
    }
    return statement;
  }

  prepareOnce(sql: string): Statement {
    this.#life.check();
    return this.#guarded(this.#db.prepareOnce(sql));
  }

  #guarded(statement: Statement): Statement {
    const life = this.#life;
    return {
      run: (...values) => {
        life.check();
        const alone = !this.#db.inTransaction;
        if (alone) life.beforeCommit();
        const result = statement.run(...values);
        if (alone) life.afterCommit();
        return result;
      },
      get: (...values) => {
        life.check();
        return statement.get(...values);
      },
      all: (...values) => {
        life.check();
        return statement.all(...values);
      },
      iterate: (...values) => {
        life.check();
        return statement.iterate(...values);
      },
      bigints: () => this.#guarded(statement.bigints()),
    };
  }

  define(name: string, implementation: Parameters<Database['define']>[1]): void {
    this.#db.define(name, implementation);
  }

  exec(sql: string): void {
    this.#life.check();
    this.#db.exec(sql);
  }

  transaction<Result>(work: () => Result): Result {
    this.#life.check();
    if (this.#db.inTransaction) return work();
    const result = this.#db.transaction(() => {
      const done = work();
      this.#life.beforeCommit();
      return done;
    });
    this.#life.afterCommit();
    return result;
  }

  get inTransaction(): boolean {
    return this.#db.inTransaction;
  }

  joinTransaction(hooks: TransactionHooks): boolean {
    return this.#db.joinTransaction(hooks);
  }

  beforeClose(): void {}

  close(): void {}
}

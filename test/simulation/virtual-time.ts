interface Timer {
  at: number;
  order: number;
  owner: unknown;
  everyMs: number | undefined;
  run(): void;
}

const real = {
  setTimeout: globalThis.setTimeout,
  clearTimeout: globalThis.clearTimeout,
  setInterval: globalThis.setInterval,
  clearInterval: globalThis.clearInterval,
  dateNow: Date.now,
  performanceNow: performance.now,
};

/** Turns of the event loop without anything new, after which everybody waits for time to pass. */
const quietTurns = 3;

/**
 * Time that passes only when nobody has anything left to do. While it is installed, timers, Date.now and performance.now of
 * everything in this process are its own; what is scheduled belongs to `owner` and can be dropped with it.
 */
export class VirtualTime {
  #now: number;
  readonly #start: number;
  #order = 0;
  #activity = 0;
  readonly #timers = new Map<number, Timer>();
  /** Whose timers the next ones are. */
  owner: unknown;

  constructor(start: number) {
    this.#now = start;
    this.#start = start;
  }

  get now(): number {
    return this.#now;
  }

  install(): void {
    const add = (work: (...args: unknown[]) => void, ms = 0, everyMs: number | undefined, args: unknown[]) => {
      const id = ++this.#order;
      const run = () => work(...args);
      // As Node does: whole milliseconds, one at least.
      const delay = Number.isFinite(ms) ? Math.max(Math.ceil(ms), 1) : 1;
      this.#timers.set(id, { at: this.#now + delay, order: id, owner: this.owner, everyMs, run });
      this.#activity++;
      return new Handle(id);
    };
    const clear = (handle: unknown) => void (handle && this.#timers.delete(Number(handle)));
    Object.assign(globalThis, {
      setTimeout: (work: () => void, ms?: number, ...args: unknown[]) => add(work, ms, undefined, args),
      setInterval: (work: () => void, ms = 1, ...args: unknown[]) => add(work, ms, Math.max(ms, 1), args),
      clearTimeout: clear,
      clearInterval: clear,
    });
    Date.now = () => Math.floor(this.#now);
    performance.now = () => this.#now - this.#start;
  }

  uninstall(): void {
    const { setTimeout, clearTimeout, setInterval, clearInterval } = real;
    Object.assign(globalThis, { setTimeout, clearTimeout, setInterval, clearInterval });
    Date.now = real.dateNow;
    performance.now = real.performanceNow;
    this.#timers.clear();
  }

  /** Something happened: whoever waits for it gets its turn before time goes on. */
  touch(): void {
    this.#activity++;
  }

  /** Forgets the timers of a process that was killed. */
  drop(owner: unknown): void {
    for (const [id, timer] of this.#timers) if (timer.owner === owner) this.#timers.delete(id);
  }

  /** The machine sleeps: time goes on and nothing happens. */
  skip(ms: number): void {
    this.#now += Math.ceil(ms);
  }

  /** Lets everybody work until `target`, or until `isOver`. */
  async runTo(target: number, isOver: () => boolean = () => false): Promise<void> {
    for (;;) {
      await this.settle();
      if (isOver()) return;
      const next = this.#next();
      if (!next || next.at > target) {
        this.#now = Math.max(this.#now, Math.ceil(target));
        return;
      }
      this.#now = Math.max(this.#now, next.at);
      if (next.everyMs === undefined) this.#timers.delete(next.order);
      else next.at = this.#now + next.everyMs;
      next.run();
    }
  }

  /** Until nobody has anything to do at this moment. */
  async settle(): Promise<void> {
    for (let quiet = 0, seen = this.#activity; quiet < quietTurns; quiet++) {
      await new Promise(setImmediate);
      if (this.#activity === seen) continue;
      seen = this.#activity;
      quiet = -1;
    }
  }

  #next(): Timer | undefined {
    let first: Timer | undefined;
    for (const timer of this.#timers.values()) {
      if (!first || timer.at < first.at || (timer.at === first.at && timer.order < first.order)) first = timer;
    }
    return first;
  }
}

/** What setTimeout gives in Node. */
class Handle {
  readonly #id: number;
  constructor(id: number) {
    this.#id = id;
  }
  ref() {
    return this;
  }
  unref() {
    return this;
  }
  hasRef() {
    return true;
  }
  [Symbol.toPrimitive]() {
    return this.#id;
  }
}

/**
 * Lets at most `perSecond` messages leave in any second, exactly: no more than a quarter of them in any quarter of a second.
 * The ring remembers when each of the last quarter left; the next may leave a quarter of a second after the oldest.
 */
export class RateLimit {
  readonly #leftAt: Float64Array;
  #next = 0;

  constructor(perSecond: number) {
    this.#leftAt = new Float64Array(Math.max(1, Math.floor(perSecond / 4))).fill(Number.NEGATIVE_INFINITY);
  }

  /** Milliseconds to wait before one more may leave; 0 = now. `now` in milliseconds. */
  waitMs(now: number): number {
    const oldest = this.#leftAt[this.#next]!;
    // A clock set back must not stop delivery.
    if (oldest > now) return 0;
    return Math.max(0, oldest + windowMs - now);
  }

  spend(now: number): void {
    this.#leftAt[this.#next] = now;
    this.#next = (this.#next + 1) % this.#leftAt.length;
  }
}

const windowMs = 250;

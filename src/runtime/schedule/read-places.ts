/** What one read occupies while it runs. */
export interface PlacedRead {
  org: string;
  installationId: string;
  /** Milliseconds of the clock. */
  startedAt: number;
}

export interface PlaceLimits {
  concurrentReads: number;
  concurrentReadsPerOrg: number;
}

/** After this long a read is a long one and leaves its place to the short ones: a huge customer delays nobody. */
const longAfterMs = 10_000;
/** All reads together, short and long: memory has an end. */
const longReadsPerPlace = 3;
const readsPerInstallation = 2;

/** How many reads may run at once: over all orgs, in one org (far under the 25 calls an org allows), for one customer. */
export class ReadPlaces {
  readonly #limits: PlaceLimits;
  readonly #running = new Set<PlacedRead>();

  constructor(limits: PlaceLimits) {
    this.#limits = limits;
  }

  get running(): number {
    return this.#running.size;
  }

  /** Whether anything at all may start. */
  hasPlace(now: number): boolean {
    const { concurrentReads } = this.#limits;
    if (this.#running.size >= concurrentReads * (1 + longReadsPerPlace)) return false;
    let short = 0;
    for (const { startedAt } of this.#running) if (now - startedAt < longAfterMs) short++;
    return short < concurrentReads;
  }

  mayStart(read: Omit<PlacedRead, 'startedAt'>): boolean {
    let inOrg = 0;
    let ofInstallation = 0;
    for (const other of this.#running) {
      if (other.org === read.org) inOrg++;
      if (other.installationId === read.installationId) ofInstallation++;
    }
    return inOrg < this.#limits.concurrentReadsPerOrg && ofInstallation < readsPerInstallation;
  }

  /** When a long read gives its place free although it goes on; undefined when none is about to. */
  nextFreeAt(): number | undefined {
    let first: number | undefined;
    for (const { startedAt } of this.#running) first = Math.min(first ?? startedAt, startedAt);
    return first === undefined ? undefined : first + longAfterMs;
  }

  enter(read: PlacedRead): { leave(): void } {
    this.#running.add(read);
    return { leave: () => void this.#running.delete(read) };
  }
}

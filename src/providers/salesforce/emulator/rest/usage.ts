import { type EmulatedOrg, SalesforceFault } from '../org.ts';
import type { Settings } from '../settings.ts';

const hourMs = 3_600_000;

/** API calls in a rolling 24 hours, counted by the hour, and the daily counts of the limits resource. */
export class Usage {
  readonly #org: EmulatedOrg;
  readonly #settings: Settings;
  readonly #byHour = new Map<number, number>();
  /** Other daily allocations in use, by their name in the limits resource. */
  readonly used: Record<string, number> = {};
  total = 0;

  constructor(org: EmulatedOrg, settings: Settings) {
    this.#org = org;
    this.#settings = settings;
  }

  /** Counts one call. Throws REQUEST_LIMIT_EXCEEDED when the day's allocation is used up. */
  count(): void {
    if (this.inWindow() >= this.#settings.dailyApiRequests) {
      throw new SalesforceFault(403, 'REQUEST_LIMIT_EXCEEDED', 'TotalRequests Limit exceeded.');
    }
    const hour = Math.floor(this.#org.clock.now() / hourMs);
    this.#byHour.set(hour, (this.#byHour.get(hour) ?? 0) + 1);
    this.total++;
  }

  inWindow(): number {
    const oldest = Math.floor(this.#org.clock.now() / hourMs) - 23;
    let sum = 0;
    for (const [hour, calls] of this.#byHour) {
      if (hour < oldest) this.#byHour.delete(hour);
      else sum += calls;
    }
    return sum;
  }

  header(): string {
    return `api-usage=${this.inWindow()}/${this.#settings.dailyApiRequests}`;
  }

  /** One row of a bulk ingest job; false when the day's allocation is used up. */
  takeBulkRow(): boolean {
    const used = this.used.BulkRows ?? 0;
    if (used >= this.#settings.dailyBulkRows) return false;
    this.used.BulkRows = used + 1;
    return true;
  }

  add(allocation: string, amount: number): void {
    this.used[allocation] = (this.used[allocation] ?? 0) + amount;
  }
}

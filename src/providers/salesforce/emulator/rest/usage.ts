import { type EmulatedOrg, SalesforceFault } from '../org.ts';
import type { Settings } from '../settings.ts';

const hourMs = 3_600_000;
const bulkRows = 'BulkRows';

/** API calls in a rolling 24 hours, counted by the hour, and the daily counts of the limits resource. */
export class Usage {
  readonly #org: EmulatedOrg;
  readonly #settings: Settings;
  readonly #byHour = new Map<number, number>();
  /** Other daily allocations used today (UTC on the org's clock), by their name in the limits resource. */
  #used = { day: -1, amounts: new Map<string, number>() };
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
    if (this.usedToday(bulkRows) >= this.#settings.dailyBulkRows) return false;
    this.add(bulkRows, 1);
    return true;
  }

  /** One batch of a bulk job; false when the day's allocation is used up. */
  takeBulkBatch(): boolean {
    if (this.usedToday('DailyBulkApiBatches') >= this.#settings.dailyBulkBatches) return false;
    this.add('DailyBulkApiBatches', 1);
    return true;
  }

  add(allocation: string, amount: number): void {
    const used = this.usedToday(allocation);
    this.#used.amounts.set(allocation, used + amount);
  }

  usedToday(allocation: string): number {
    const day = Math.floor(this.#org.clock.now() / (24 * hourMs));
    if (this.#used.day !== day) this.#used = { day, amounts: new Map() };
    return this.#used.amounts.get(allocation) ?? 0;
  }
}

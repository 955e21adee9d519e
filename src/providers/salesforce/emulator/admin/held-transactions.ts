import { type EmulatedOrg, SalesforceFault } from '../org.ts';
import { type ChangeOptions, changeRecords, type RecordChange } from './record-changes.ts';

interface Held {
  id: string;
  startedAt: number;
  changes: RecordChange[];
  options: ChangeOptions;
}

/**
 * Transactions that began and have not committed: their rows will appear later with the stamp of the start, behind the cursor
 * of whoever reads by SystemModstamp (trap 2). While one is open, `latestDateCovered` stays before it.
 */
export class HeldTransactions {
  readonly #org: EmulatedOrg;
  readonly #held = new Map<string, Held>();
  #next = 1;

  constructor(org: EmulatedOrg) {
    this.#org = org;
  }

  begin(changes: RecordChange[], options: ChangeOptions = {}): { id: string; startedAt: number } {
    const held = { id: String(this.#next++), startedAt: this.#org.clock.now(), changes, options };
    this.#held.set(held.id, held);
    return { id: held.id, startedAt: held.startedAt };
  }

  /** Ids of the changed rows, in order. */
  commit(id: string): string[] {
    const held = this.#held.get(id);
    if (!held) throw new SalesforceFault(404, 'NOT_FOUND', `There is no open transaction ${id}`);
    this.#held.delete(id);
    return changeRecords(this.#org, held.changes, { ...held.options, stampedAt: held.startedAt });
  }

  oldestStart(): number | undefined {
    const starts = [...this.#held.values()].map(({ startedAt }) => startedAt);
    return starts.length === 0 ? undefined : Math.min(...starts);
  }

  list(): { id: string; startedAt: number; changes: number }[] {
    return [...this.#held.values()].map(({ id, startedAt, changes }) => ({ id, startedAt, changes: changes.length }));
  }
}

import { type EmulatedOrg, type RecordCursor, SalesforceFault } from '../org.ts';
import type { ProtocolIds } from '../protocol-ids.ts';
import type { Settings } from '../settings.ts';

/** Rows a locator goes on with: a query's cursor, or the children of one row. */
export type RowSource = Pick<RecordCursor, 'totalSize' | 'json' | 'close'>;

interface OpenLocator {
  id: string;
  userId: string;
  source: RowSource;
  pageRows: number;
  usedAt: number;
}

/** Open query results by locator (`01g…-offset`): any page can be read again until it expires or is evicted. */
export class Locators {
  readonly #byId = new Map<string, OpenLocator>();
  readonly #org: EmulatedOrg;
  readonly #settings: Settings;
  readonly #ids: ProtocolIds;

  constructor(org: EmulatedOrg, settings: Settings, ids: ProtocolIds) {
    this.#org = org;
    this.#settings = settings;
    this.#ids = ids;
  }

  /** Keeps the rest of a result. Returns its id. */
  keep(userId: string, source: RowSource, pageRows: number): string {
    const own = [...this.#byId.values()].filter((locator) => locator.userId === userId);
    if (own.length >= this.#settings.locatorsPerUser) this.#drop(own[0]!);
    const id = this.#ids.next('01g');
    this.#byId.set(id, { id, userId, source, pageRows, usedAt: this.#org.clock.now() });
    return id;
  }

  /** `01g…-2000` → its rows. Throws INVALID_QUERY_LOCATOR. */
  find(text: string, userId: string): { id: string; source: RowSource; offset: number; pageRows: number } {
    const [, id, offset] = /^(01g\w{12}(?:\w{3})?)-(\d+)$/.exec(text) ?? [];
    const locator = id === undefined ? undefined : this.#byId.get(id);
    const now = this.#org.clock.now();
    if (!locator || locator.userId !== userId || now - locator.usedAt > this.#settings.locatorLifeMs) {
      throw new SalesforceFault(400, 'INVALID_QUERY_LOCATOR', 'invalid query locator');
    }
    locator.usedAt = now;
    // Most recently used last: the first is the one to evict.
    this.#byId.delete(locator.id);
    this.#byId.set(locator.id, locator);
    return { id: locator.id, source: locator.source, offset: Number(offset), pageRows: locator.pageRows };
  }

  expireAll(): void {
    for (const locator of this.#byId.values()) this.#drop(locator);
  }

  #drop(locator: OpenLocator): void {
    this.#byId.delete(locator.id);
    locator.source.close();
  }
}

import { AmpError } from '../../../errors/amp-error.ts';
import type { SalesforceClient, StreamAnswer } from '../rest/client.ts';
import { jobGone, type QueryJob } from './query-job.ts';
import { fetchPage } from './result-pages.ts';

export interface PageSourceOptions {
  client: SalesforceClient;
  job: QueryJob;
  signal: AbortSignal;
  /** Rows to ask for; chosen by the size of rows when undefined. */
  pageRows: number | undefined;
  /** A page will be held in memory as a whole: pages stay small, and only one is asked for ahead. */
  holdsPages: boolean;
}

/** Bytes of results a page should have: enough to be worth a call, little enough to be held in memory. */
const pageBytes = 12_000_000;
const firstPageRows = 10_000;
const mostPageRows = 50_000;
/** `resultPages` exists from this version, and pays for results of several pages. */
const resultPagesVersion = 58;
const resultPagesRows = 50_000;
const mostAhead = 5;

/**
 * Fetches pages of results, the next ones while one is read: what an answer costs most is its first byte. A large job tells
 * the locators of its pages five at a time (`resultPages`), so that many are asked for at once; their bodies wait on the
 * socket. Otherwise the next page is asked for as soon as the headers of the last one name it.
 */
export class PageSource {
  readonly #options: PageSourceOptions;
  readonly #upcoming = new Map<string, Promise<StreamAnswer>>();
  readonly #asked = new Set<string>();
  /** Locators that follow, in order; known in large jobs. */
  #ahead: string[] = [];
  /** Where more locators are; undefined when there are none, or nobody asked. */
  #moreAt: string | undefined;
  #listing: Promise<void> | undefined;
  #maxRecords: number | undefined;

  constructor(options: PageSourceOptions) {
    this.#options = options;
    const { job, pageRows, holdsPages } = options;
    const isLarge = (job.numberRecordsProcessed ?? 0) > resultPagesRows;
    if (pageRows === undefined && !holdsPages && isLarge && Number(job.apiVersion) >= resultPagesVersion) {
      this.#moreAt = `/services/data/v${job.apiVersion}/jobs/query/${job.id}/resultPages`;
    } else this.#maxRecords = pageRows ?? firstPageRows;
  }

  /** The page at `locator` (`''` is the first). Throws `read-job-gone`. */
  async fetch(locator: string): Promise<StreamAnswer> {
    // The list begins with the first page: a read that goes on in the middle follows the headers.
    if (locator !== '' && this.#asked.size === 0) this.#moreAt = undefined;
    const upcoming = this.#upcoming.get(locator);
    this.#upcoming.delete(locator);
    this.#ahead = this.#ahead.filter((known) => known !== locator);
    this.#lookAhead();
    if (upcoming) {
      try {
        return await upcoming;
      } catch {
        // Asked for again; a lasting problem comes back.
      }
    }
    return this.#ask(locator);
  }

  /** The headers of a page named the next one. */
  announce(locator: string): void {
    if (this.#upcoming.has(locator) || (this.#ahead.length > 0 && this.#ahead[0] === locator)) return;
    // The headers are right, whatever a list said.
    if (this.#ahead.length > 0) this.#ahead = [];
    if (!this.#listing) this.#prefetch(locator);
  }

  /** What a page cost, for the size of the next ones. */
  learn(rows: number, bytes: number): void {
    if (rows === 0 || this.#options.pageRows !== undefined || this.#maxRecords === undefined) return;
    this.#maxRecords = Math.max(200, Math.min(mostPageRows, Math.floor(pageBytes / (bytes / rows))));
  }

  async close(): Promise<void> {
    await this.#listing;
    for (const upcoming of this.#upcoming.values()) {
      const answer = await upcoming.catch(() => undefined);
      answer?.body.destroy();
    }
  }

  #lookAhead(): void {
    for (const locator of this.#ahead.slice(0, mostAhead - 1)) this.#prefetch(locator);
    if (this.#ahead.length < 2 * mostAhead) this.#list();
  }

  #prefetch(locator: string): void {
    if (this.#upcoming.has(locator)) return;
    const answer = this.#ask(locator);
    answer.catch(() => {});
    this.#upcoming.set(locator, answer);
  }

  #list(): void {
    const path = this.#moreAt;
    if (!path || this.#listing) return;
    this.#moreAt = undefined;
    this.#listing = this.#fetchList(path)
      // Without the list pages are followed one by one.
      .catch(() => {})
      .finally(() => {
        this.#listing = undefined;
        if (this.#ahead.length < 2 * mostAhead) this.#list();
      });
  }

  async #fetchList(path: string): Promise<void> {
    const { body } = await this.#options.client.json<ResultPages>({ path, signal: this.#options.signal });
    for (const { resultUrl } of body.resultPages) {
      const locator = new URL(resultUrl, 'http://org').searchParams.get('locator');
      if (locator && !this.#asked.has(locator)) this.#ahead.push(locator);
    }
    // Two spellings are documented.
    if (!body.done) this.#moreAt = body.nextRecordsUrl ?? body.nextRecordUrl;
    for (const locator of this.#ahead.slice(0, mostAhead - 1)) this.#prefetch(locator);
  }

  async #ask(locator: string): Promise<StreamAnswer> {
    const { client, job, signal } = this.#options;
    this.#asked.add(locator);
    try {
      const page = { locator: locator === '' ? undefined : locator, maxRecords: this.#maxRecords };
      return await fetchPage(client, job, page, signal);
    } catch (error) {
      throw error instanceof AmpError && error.details?.status === 404 ? jobGone(job.id) : error;
    }
  }
}

interface ResultPages {
  resultPages: { resultUrl: string }[];
  done: boolean;
  nextRecordsUrl?: string;
  nextRecordUrl?: string;
}

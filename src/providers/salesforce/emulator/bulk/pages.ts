import { gzipChunks } from '../server/gzip-member.ts';
import type { Settings } from '../settings.ts';
import { csvFormat, type QueryJob } from './jobs.ts';

/** Rows made at a time: a page of 50,000 never stands in memory as a whole unless it is kept. */
const sliceRows = 2000;

/**
 * The CSV of bulk result pages. Pages are generated slice by slice while they are sent; those that fit the budget are kept, so
 * that reading them again (benchmarks, resumed downloads) costs only the socket.
 */
export class BulkPages {
  readonly #settings: Settings;
  readonly #kept = new Map<string, Buffer[]>();
  #keptBytes = 0;

  constructor(settings: Settings) {
    this.#settings = settings;
  }

  /** Chunks of one page, header row first; gzipped ones are kept gzipped, as a client asks for every page alike. */
  *read(job: QueryJob, offset: number, rows: number, encoding: 'identity' | 'gzip'): Iterable<Buffer> {
    const key = `${job.id} ${offset} ${rows} ${encoding}`;
    const kept = this.#kept.get(key);
    if (kept) {
      // Most recently used last: the first is the one to drop.
      this.#kept.delete(key);
      this.#kept.set(key, kept);
      yield* kept;
      return;
    }
    const plain = generate(job, offset, rows);
    const made: Buffer[] = [];
    let madeBytes = 0;
    for (const chunk of encoding === 'gzip' ? gzipChunks(plain) : plain) {
      madeBytes += chunk.length;
      if (madeBytes <= this.#settings.bulkCacheBytes / 2) made.push(chunk);
      else made.length = 0;
      yield chunk;
    }
    if (madeBytes <= this.#settings.bulkCacheBytes / 2) this.#keep(key, made, madeBytes);
  }

  forget(jobId: string): void {
    for (const [key, chunks] of this.#kept) {
      if (!key.startsWith(`${jobId} `)) continue;
      this.#kept.delete(key);
      this.#keptBytes -= byteLength(chunks);
    }
  }

  #keep(key: string, chunks: Buffer[], bytes: number): void {
    if (this.#kept.has(key)) return;
    this.#kept.set(key, chunks);
    this.#keptBytes += bytes;
    for (const [oldest, old] of this.#kept) {
      if (this.#keptBytes <= this.#settings.bulkCacheBytes) break;
      this.#kept.delete(oldest);
      this.#keptBytes -= byteLength(old);
    }
  }
}

function* generate(job: QueryJob, offset: number, rows: number): Iterable<Buffer> {
  const cursor = job.cursor!;
  const format = csvFormat(job);
  const end = Math.min(offset + rows, cursor.totalSize);
  let headerBytes = 0;
  let at = offset;
  do {
    const slice = cursor.csv(at, Math.min(sliceRows, end - at), format);
    if (at === offset) headerBytes = slice.indexOf(0x0a) + 1;
    yield at === offset ? slice : slice.subarray(headerBytes);
    at += sliceRows;
  } while (at < end);
}

const byteLength = (chunks: Buffer[]) => chunks.reduce((sum, chunk) => sum + chunk.length, 0);

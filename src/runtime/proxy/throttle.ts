import type { Database } from '../../store/database.ts';

/** What throttle mode adds to an answer (`X-Amp-Retry-After`, `X-Amp-Retryable`). */
export interface ThrottleHeaders {
  'x-amp-retry-after': string;
  'x-amp-retryable': 'true' | 'false';
}

/** Remembers, for all processes of the project, until when an org must not be called. */
export class Throttle {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  /** Milliseconds since the epoch; undefined when the org may be called. */
  blockedUntil(org: string, now: number): number | undefined {
    const row = this.#db.prepare('SELECT until FROM proxy_throttles WHERE org = ?').get<{ until: number }>(org);
    return row && row.until > now ? row.until : undefined;
  }

  block(org: string, until: number): void {
    this.#db
      .prepare('INSERT INTO proxy_throttles VALUES (?, ?) ON CONFLICT DO UPDATE SET until = max(until, excluded.until)')
      .run(org, Math.ceil(until));
  }
}

/** Without a word from the org, a minute is what it takes at least. */
const defaultPauseMs = 60_000;

/** `Retry-After` in seconds or as a date → the moment; a minute from `now` when it says nothing. */
export function retryAt(retryAfter: string | undefined, now: number): number {
  const text = retryAfter?.trim() ?? '';
  if (/^\d+$/.test(text)) return now + Number(text) * 1000;
  const date = Date.parse(text);
  return Number.isNaN(date) ? now + defaultPauseMs : Math.max(date, now);
}

export function throttleHeaders(until: number): ThrottleHeaders {
  return { 'x-amp-retry-after': new Date(until).toUTCString().replace('GMT', 'UTC'), 'x-amp-retryable': 'true' };
}

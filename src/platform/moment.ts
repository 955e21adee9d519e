import { AmpError } from '../errors/amp-error.ts';

const unitsMs: Record<string, number> = {
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
};
const isoTime = /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?(Z|[+-]\d{2}:?\d{2})?)?$/;

/**
 * `15m`, `2h`, `7d` (ago, 1970 at the earliest) or an ISO time → milliseconds since the epoch. A date alone is its first moment in UTC, a time
 * without a zone is UTC. Throws `usage`.
 */
export function parseMoment(text: string, now: number): number {
  const ago = /^(\d{1,9})([smhdw])$/.exec(text.trim());
  if (ago) return Math.max(0, now - Number(ago[1]) * unitsMs[ago[2]!]!);
  if (isoTime.test(text)) {
    const zoned = /[T].*(Z|[+-]\d{2}:?\d{2})$/.test(text) || !text.includes('T') ? text : `${text}Z`;
    const time = Date.parse(zoned);
    if (!Number.isNaN(time)) return time;
  }
  throw new AmpError({
    code: 'usage',
    message: `"${text}" is not a time.`,
    hint: 'Give an ISO time such as 2026-02-03T09:00:00Z, or 15m, 2h, 7d for so long ago.',
  });
}

/** `--since` and `--until` as epoch milliseconds. Throws `usage` for what is no time, and for a span that ends before it begins. */
export function parseSpan(flags: { since?: string; until?: string }, now: number): { since?: number; until?: number } {
  const since = flags.since === undefined ? undefined : parseMoment(flags.since, now);
  const until = flags.until === undefined ? undefined : parseMoment(flags.until, now);
  if (since !== undefined && until !== undefined && until <= since)
    throw new AmpError({ code: 'usage', message: `--until ${flags.until} is not after --since ${flags.since}.` });
  return { ...(since === undefined ? {} : { since }), ...(until === undefined ? {} : { until }) };
}

import { AmpError } from '../../../errors/amp-error.ts';
import type { SalesforceClient } from '../rest/client.ts';

export interface DeletedRecord {
  id: string;
  /** As the org wrote it. */
  deletedDate: string;
  deletedAtMs: number;
}

export interface DeletedRecords {
  records: DeletedRecord[];
  /** From when on the org was asked: later than the window's start when that is beyond its memory. */
  knownFromMs: number;
}

/** The org remembers 15 days of deletions; a minute less, since its clock goes on while we ask. */
const reachMs = 15 * 86_400_000 - 60_000;
const minuteMs = 60_000;

/**
 * What was deleted between two moments of the org, purged rows too (getDeleted, SOAP and REST API guides). Windows are whole
 * minutes, so what is older than `fromMs` is left out here. Undefined where the object does not take part in replication.
 */
export async function fetchDeletedRecords(
  client: SalesforceClient,
  object: string,
  { fromMs, toMs, signal }: { fromMs: number; toMs: number; signal: AbortSignal },
): Promise<DeletedRecords | undefined> {
  const start = Math.floor(Math.max(fromMs, toMs - reachMs) / minuteMs) * minuteMs;
  // The minute that is going on as well: the org ignores seconds.
  const end = Math.floor(toMs / minuteMs) * minuteMs + minuteMs;
  const records = await fetchWindow(client, object, { start, end, signal });
  return (
    records && {
      records: records.filter(({ deletedAtMs }) => deletedAtMs >= fromMs),
      knownFromMs: Math.max(start, fromMs),
    }
  );
}

interface Window {
  start: number;
  end: number;
  signal: AbortSignal;
}

async function fetchWindow(
  client: SalesforceClient,
  object: string,
  window: Window,
): Promise<DeletedRecord[] | undefined> {
  const { start, end, signal } = window;
  try {
    const { body } = await client.json<DeletedAnswer>({
      path: `sobjects/${object}/deleted/`,
      query: { start: minuteText(start), end: minuteText(end) },
      signal,
    });
    return (body.deletedRecords ?? []).map(({ id, deletedDate }) => ({
      id,
      deletedDate,
      deletedAtMs: momentOf(deletedDate) ?? start,
    }));
  } catch (error) {
    if (!(error instanceof AmpError)) throw error;
    if (error.details?.errorCode === 'EXCEEDED_ID_LIMIT' && end - start > minuteMs) {
      return fetchHalves(client, object, window);
    }
    if (error.details?.status === 400 || error.details?.status === 404) return undefined;
    throw error;
  }
}

/** An answer has at most 600,000 ids. */
async function fetchHalves(
  client: SalesforceClient,
  object: string,
  { start, end, signal }: Window,
): Promise<DeletedRecord[] | undefined> {
  const middle = start + Math.ceil((end - start) / 2 / minuteMs) * minuteMs;
  const first = await fetchWindow(client, object, { start, end: middle, signal });
  const second = await fetchWindow(client, object, { start: middle, end, signal });
  return first && second && [...first, ...second];
}

interface DeletedAnswer {
  deletedRecords?: { id: string; deletedDate: string }[];
}

/** Z, never +0000: a plus in a query string is a space. */
function minuteText(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 16)}:00Z`;
}

function momentOf(text: string | undefined): number | undefined {
  const ms = Date.parse((text ?? '').replace(/([+-]\d\d)(\d\d)$/, '$1:$2'));
  return Number.isNaN(ms) ? undefined : ms;
}

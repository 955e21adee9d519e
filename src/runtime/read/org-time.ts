import { AmpError } from '../../errors/amp-error.ts';
import type { SalesforceClient } from '../../providers/salesforce/rest/client.ts';
import { fetchQueryPage } from '../../providers/salesforce/rest-read/query-pages.ts';
import { renderCountQuery } from '../../providers/salesforce/soql/query-text.ts';

/** The org's clock, from the Date header of a cheap call. The local clock never decides what is read. */
export async function fetchOrgTime(client: SalesforceClient, signal: AbortSignal): Promise<number> {
  const { headers } = await client.json({ path: '', signal });
  const ms = Date.parse(headers.date ?? '');
  if (!Number.isNaN(ms)) return ms;
  throw new AmpError({
    code: 'read-org-time-missing',
    message: 'The org answered without a Date header, so its time is not known.',
  });
}

/** Rows a read would return; undefined when the org could not count them in time. */
export async function countRows(
  client: SalesforceClient,
  object: string,
  conditions: readonly string[],
  signal: AbortSignal,
): Promise<number | undefined> {
  try {
    const page = await fetchQueryPage(client, {
      soql: renderCountQuery({ object, conditions }),
      includeDeleted: false,
      signal,
    });
    return page.totalSize;
  } catch (error) {
    if (error instanceof AmpError && error.details?.errorCode === 'QUERY_TIMEOUT') return undefined;
    throw error;
  }
}

/** getUpdated asks for whole minutes; this many back are enough to hear of open transactions. */
const coverageWindowMs = 10 * 60_000;

/**
 * Up to when the org vouches for its changes: `latestDateCovered` of getUpdated, which stays behind transactions that are
 * still open. `now` where the object does not take part in replication.
 */
export async function fetchCoveredUntil(
  client: SalesforceClient,
  object: string,
  nowMs: number,
  signal: AbortSignal,
): Promise<number> {
  const minute = (ms: number) => `${new Date(ms).toISOString().slice(0, 16)}:00Z`;
  try {
    const { body } = await client.json<{ latestDateCovered?: string }>({
      path: `sobjects/${object}/updated/`,
      query: { start: minute(nowMs - coverageWindowMs), end: minute(nowMs + 60_000) },
      signal,
    });
    const covered = Date.parse((body.latestDateCovered ?? '').replace(/([+-]\d\d)(\d\d)$/, '$1:$2'));
    return Number.isNaN(covered) ? nowMs : Math.min(covered, nowMs);
  } catch (error) {
    if (error instanceof AmpError && (error.details?.status === 400 || error.details?.status === 404)) return nowMs;
    throw error;
  }
}

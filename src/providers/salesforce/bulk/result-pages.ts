import { AmpError } from '../../../errors/amp-error.ts';
import { HttpFailure } from '../../../platform/http.ts';
import type { SalesforceClient, StreamAnswer } from '../rest/client.ts';
import type { QueryJob } from './query-job.ts';
import type { PageDecoder } from './transcode/page-decoder.ts';

/** Where a page of results is. Locators are opaque and kept as given. */
export interface PageAddress {
  /** Undefined: the first page. */
  locator: string | undefined;
  maxRecords: number | undefined;
}

/** Asks for one page; resolves with the headers, the body still to come. */
export function fetchPage(
  client: SalesforceClient,
  job: QueryJob,
  page: PageAddress,
  signal: AbortSignal,
): Promise<StreamAnswer> {
  return client.stream({
    // The version of the job, not of the session: another one is refused with 409.
    path: `/services/data/v${job.apiVersion}/jobs/query/${job.id}/results`,
    query: { locator: page.locator, maxRecords: page.maxRecords },
    headers: { accept: 'text/csv' },
    large: true,
    signal,
  });
}

export interface PageHead {
  /** Rows the org says this page has. */
  records: number;
  /** Locator of the next page; undefined after the last one. */
  next: string | undefined;
}

/** Reads the two headers. A missing one is an error, never the end: a proxy may have dropped it. */
export function readPageHead(answer: StreamAnswer): PageHead {
  const type = answer.headers['content-type'] ?? '';
  if (!type.includes('csv')) throw broken(`the answer is ${type || 'untyped'} instead of text/csv`);
  const records = answer.headers['sforce-numberofrecords'];
  if (records === undefined || !/^\d+$/.test(records)) throw broken('the header Sforce-NumberOfRecords is missing');
  const locator = answer.headers['sforce-locator'];
  if (locator === undefined || locator === '') throw broken('the header Sforce-Locator is missing');
  return { records: Number(records), next: locator === 'null' ? undefined : locator };
}

/**
 * Consumes a page: every line goes to `write` as soon as it is complete, and at the end the rows must be as many as the org
 * said. Throws `read-page-broken` for anything that is not exactly the page; what was written must then be taken back.
 */
export async function consumePage(
  answer: StreamAnswer,
  head: PageHead,
  decoder: PageDecoder,
  write: (lines: Uint8Array) => Promise<void> | void,
): Promise<{ bytes: number }> {
  let bytes = 0;
  try {
    decoder.startPage();
    for await (const chunk of answer.body as AsyncIterable<Buffer>) {
      bytes += chunk.length;
      decoder.feed(chunk);
      for (let lines = decoder.next(false); lines; lines = decoder.next(false)) await write(lines);
    }
    for (let lines = decoder.next(true); lines; lines = decoder.next(true)) await write(lines);
  } catch (error) {
    answer.body.destroy();
    if (error instanceof SyntaxError) throw broken(error.message);
    if (error instanceof HttpFailure) throw broken(error.message.replace(/\.$/, ''));
    throw error;
  }
  if (decoder.rows !== head.records) throw broken(`it has ${decoder.rows} rows and the org says ${head.records}`);
  if (!decoder.endsWithNewline && !isFramed(answer)) throw broken('its last row has no line end');
  return { bytes };
}

/** The transfer itself tells a cut body from a whole one. */
function isFramed(answer: StreamAnswer): boolean {
  return 'content-length' in answer.headers || answer.headers['transfer-encoding'] === 'chunked';
}

function broken(problem: string): AmpError {
  return new AmpError({ code: 'read-page-broken', message: `A page of results did not arrive whole: ${problem}.` });
}

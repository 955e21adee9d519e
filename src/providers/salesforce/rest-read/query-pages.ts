import { AmpError } from '../../../errors/amp-error.ts';
import type { Json, JsonObject } from '../../../mapping/json.ts';
import { parseJson, parseJsonKeeping } from '../../../mapping/parse-json.ts';
import type { SalesforceClient, SalesforceRequest } from '../rest/client.ts';

/** One page of a REST query, numbers with their digits. */
export interface QueryPage {
  totalSize: number;
  records: JsonObject[];
  /** What each record was parsed from; with `keepTexts`. */
  texts?: ReadonlyMap<JsonObject, string>;
  /** Path of the next page; undefined after the last one. */
  next: string | undefined;
  bytes: number;
  /** The org's clock when it answered, from the Date header; milliseconds, whole seconds. */
  orgTimeMs: number | undefined;
}

/** Fetches the first page of a query. */
export function fetchQueryPage(
  client: SalesforceClient,
  query: { soql: string; includeDeleted: boolean; signal: AbortSignal; keepTexts?: boolean },
): Promise<QueryPage> {
  const resource = query.includeDeleted ? 'queryAll' : 'query';
  // URI and headers together have 16,384 bytes; a longer query travels in a body. https://developer.salesforce.com, "Composite"
  return Buffer.byteLength(encodeURIComponent(query.soql)) > longestUriBytes
    ? fetchByComposite(client, resource, query)
    : fetchPage(client, { path: resource, query: { q: query.soql } }, query.signal, query.keepTexts);
}

/** Leaves room for the path, the access token and the other headers. */
const longestUriBytes = 12_000;

/** Fetches a further page. `next` must stay on the org's own origin: it is a path. */
export function fetchNextPage(client: SalesforceClient, next: string, signal: AbortSignal): Promise<QueryPage> {
  if (!next.startsWith('/services/data/')) {
    throw new AmpError({ code: 'read-page-broken', message: 'The address of the next page leaves the org.' });
  }
  return fetchPage(client, { path: next }, signal);
}

async function fetchPage(
  client: SalesforceClient,
  request: SalesforceRequest,
  signal: AbortSignal,
  keepTexts = false,
): Promise<QueryPage> {
  return parsePage(await fetchWhole(client, { ...request, signal }, keepTexts));
}

/** A body that breaks off is asked for again this often; what comes before the body is the client's to retry. */
const bodyAttempts = 4;

interface WholeAnswer {
  body: JsonObject;
  texts?: ReadonlyMap<JsonObject, string>;
  bytes: number;
  date: string | undefined;
}

/** One answer as exact JSON. A page is the same each time it is asked for, so a body that broke off is fetched again. */
async function fetchWhole(
  client: SalesforceClient,
  request: SalesforceRequest,
  keepTexts = false,
): Promise<WholeAnswer> {
  for (let attempt = 1; ; attempt++) {
    const answer = await client.stream({ headers: { accept: 'application/json' }, ...request });
    try {
      const { text, bytes } = await readText(answer.body);
      return { ...parseBody(text, keepTexts), bytes, date: answer.headers.date };
    } catch (error) {
      request.signal?.throwIfAborted();
      if (attempt >= bodyAttempts) throw error instanceof AmpError ? error : broken((error as Error).message);
    }
  }
}

interface CompositeBody extends JsonObject {
  compositeResponse: JsonObject[];
}

/** The query inside a Composite request, whose body has no such limit. The subrequest's URL is not on the wire as a URI. */
async function fetchByComposite(
  client: SalesforceClient,
  resource: string,
  query: { soql: string; signal: AbortSignal; keepTexts?: boolean },
): Promise<QueryPage> {
  const url = `/services/data/v${client.apiVersion}/${resource}?q=${encodeURIComponent(query.soql)}`;
  const answer = await fetchWhole(
    client,
    {
      method: 'POST',
      path: 'composite',
      body: { allOrNone: false, compositeRequest: [{ method: 'GET', url, referenceId: 'query' }] },
      // A query changes nothing: repeating it is harmless.
      retry: 'idempotent',
      signal: query.signal,
    },
    query.keepTexts,
  );
  const part = (answer.body as CompositeBody).compositeResponse?.[0];
  if (!part) throw broken('the composite answer has no part');
  if (part.httpStatusCode !== 200) {
    const [error] = (Array.isArray(part.body) ? part.body : []) as JsonObject[];
    throw new AmpError({
      code: 'read-query-refused',
      message: `The org refused the query: ${String(error?.message ?? 'no reason given')}`,
      details: { status: part.httpStatusCode, errorCode: error?.errorCode },
    });
  }
  return parsePage({ ...answer, body: part.body as JsonObject });
}

/** Checks the shape: `done` alone decides the end, and a page that is not done must say where it goes on. */
function parsePage({ body, texts, bytes, date }: WholeAnswer): QueryPage {
  if (typeof body?.totalSize !== 'number' || !Array.isArray(body.records)) throw broken('it has no records');
  if (body.records.some((record) => !isRecord(record))) throw broken('one of its records is none');
  const next = typeof body.nextRecordsUrl === 'string' ? body.nextRecordsUrl : undefined;
  if (body.done !== true && next === undefined)
    throw broken('it is not the last one and does not say where the next one is');
  const orgTimeMs = date === undefined ? Number.NaN : Date.parse(date);
  return {
    totalSize: body.totalSize,
    records: body.records as JsonObject[],
    ...(texts ? { texts } : {}),
    next: body.done === true ? undefined : next,
    bytes,
    orgTimeMs: Number.isNaN(orgTimeMs) ? undefined : orgTimeMs,
  };
}

/** A query of ours asks for the id of every row, or counts. */
function isRecord(value: Json): boolean {
  const { Id: id } = typeof value === 'object' && value !== null ? (value as JsonObject) : {};
  return typeof id === 'string';
}

function parseBody(text: string, keepTexts: boolean): Pick<WholeAnswer, 'body' | 'texts'> {
  try {
    if (!keepTexts) return { body: parseJson(text) as JsonObject };
    const { value, texts } = parseJsonKeeping(text, { under: 'records', parsed: true });
    return { body: value as JsonObject, texts };
  } catch (error) {
    throw broken((error as Error).message);
  }
}

async function readText(body: AsyncIterable<Uint8Array>): Promise<{ text: string; bytes: number }> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of body) chunks.push(chunk);
  const whole = Buffer.concat(chunks);
  return { text: whole.toString('utf8'), bytes: whole.length };
}

function broken(problem: string): AmpError {
  return new AmpError({
    code: 'read-page-broken',
    message: `A page of results did not arrive whole: ${problem.replace(/\.$/, '')}.`,
  });
}

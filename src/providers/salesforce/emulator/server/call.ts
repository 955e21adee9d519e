import type { Session } from '../oauth/sessions.ts';
import type { Transaction } from '../org.ts';
import { SalesforceFault } from '../org.ts';
import { parseJson } from './json.ts';

/** One API call, from the wire or as a part of a composite request. */
export interface Call {
  method: string;
  /** Slashes collapsed, no trailing slash, still percent-encoded. */
  path: string;
  query: URLSearchParams;
  /** Lower-case names. */
  headers: Record<string, string | undefined>;
  body: Buffer;
  /** What the route's `:names` matched, decoded. */
  params: Record<string, string>;
  /** Version of the path, such as `66.0`; empty outside `/services/data`. */
  version: string;
  /** Set on every route that needs a session. */
  session: Session | undefined;
  /** Origin this call was addressed to, for URLs in answers. */
  origin: string;
  /** Writes join it when a composite request runs as one. */
  transaction?: Transaction;
  /** What an active fault wants of the handler. */
  forced: Forced;
  /** Aborted when the client goes away. */
  signal: AbortSignal;
}

/** Behaviour that only the handler can produce (everything else happens to the finished answer). */
export interface Forced {
  /** Rows of the next query page, whatever was asked; 0 gives an empty page that is not done. */
  pageRows?: number;
  /** The reply to this Bayeux meta channel is this error. */
  bayeux?: { channel: string; error: string; reconnect?: string };
  /** Every written row fails with this. */
  rowError?: { statusCode: string; message: string };
}

export interface Answer {
  status: number;
  headers?: Record<string, string>;
  /** Sent as JSON. */
  json?: unknown;
  /** Sent as they are; `content-type` in `headers`. */
  bytes?: Buffer | string;
  /** Produced while they are sent, at the reader's pace. */
  chunks?: () => Iterable<Buffer>;
  /** A collection with failed rows: still 200, but it undoes the composite request around it. */
  rowsFailed?: boolean;
  /** Called once the answer has left, or the client has. */
  sent?: () => void;
}

const jsonType = 'application/json;charset=UTF-8';

/** An answer whose JSON text is there already. */
export function jsonText(text: string): Answer {
  return { status: 200, headers: { 'content-type': jsonType }, bytes: text };
}

/** The JSON of an answer, whichever way it was made. */
export function jsonOf(answer: Answer): unknown {
  if (answer.json !== undefined || typeof answer.bytes !== 'string') return answer.json ?? null;
  return answer.headers?.['content-type'] === jsonType ? parseJson(answer.bytes) : answer.bytes;
}

/** The body as JSON. Throws JSON_PARSER_ERROR. */
export function jsonBody<Body = Record<string, unknown>>(call: Call): Body {
  try {
    return parseJson(call.body.toString('utf8')) as Body;
  } catch (error) {
    throw new SalesforceFault(400, 'JSON_PARSER_ERROR', (error as Error).message);
  }
}

/** The body as a JSON object. Throws JSON_PARSER_ERROR. */
export function objectBody(call: Call): Record<string, unknown> {
  const body = jsonBody<unknown>(call);
  if (isObject(body)) return body;
  throw new SalesforceFault(
    400,
    'JSON_PARSER_ERROR',
    'The HTTP entity body is required, but this request has no object.',
  );
}

/** A list of JSON objects inside a body; `what` names it. Throws INVALID_INPUT. */
export function objectList<Item = Record<string, unknown>>(value: unknown, what: string): Item[] {
  if (Array.isArray(value) && value.every(isObject)) return value as Item[];
  throw new SalesforceFault(400, 'INVALID_INPUT', `${what} must be a list of objects`);
}

export const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** `application/x-www-form-urlencoded`, joined with the query string as OAuth endpoints take both. */
export function formFields(call: Call): URLSearchParams {
  const fields = new URLSearchParams(call.query);
  for (const [name, value] of new URLSearchParams(call.body.toString('utf8'))) fields.set(name, value);
  return fields;
}

export function notFound(): SalesforceFault {
  return new SalesforceFault(404, 'NOT_FOUND', 'The requested resource does not exist');
}

import type { Readable } from 'node:stream';

/**
 * One connected org's HTTP: sign-in, refresh, retries, limits, redaction and error mapping live behind it, so that callers
 * speak only paths. `connectSalesforce` makes one.
 */
export interface SalesforceClient {
  readonly orgId: string;
  readonly userId: string;
  readonly username: string;
  /** Current base of data calls; may change with a refresh. */
  readonly instanceUrl: string;
  /** Such as `66.0`. */
  readonly apiVersion: string;
  /** Calls sent so far, retries included. */
  readonly apiCalls: number;
  /** Last known usage, from Sforce-Limit-Info. */
  readonly apiUsage: { used: number; max: number } | undefined;

  /**
   * Sends one request and reads the whole answer as JSON (undefined for 204). `path` is below `/services/data/vNN.0/`
   * (`query?q=…`), or starts with `/` and is relative to the instance. Never follows a redirect, never leaves the origin.
   * Throws AmpError with an `org-…` or `salesforce-…` code; `details` keeps `status`, `errorCode`, `fields`, `requestId`.
   */
  json<Body = unknown>(request: SalesforceRequest): Promise<JsonAnswer<Body>>;

  /** The same, but hands the body over as it arrives (decompressed). The caller must consume or destroy it. */
  stream(request: SalesforceRequest): Promise<StreamAnswer>;

  /** Gets a new session when something other than an HTTP 401 says that the old one is over (a CometD `401::`). */
  renewSession(): Promise<void>;
}

export interface SalesforceRequest {
  method?: 'GET' | 'POST' | 'PATCH' | 'PUT' | 'DELETE' | 'HEAD';
  path: string;
  query?: Record<string, string | number | boolean | undefined>;
  headers?: Record<string, string>;
  /** An object is sent as JSON; bytes and text as they are (set content-type). */
  body?: unknown;
  signal?: AbortSignal;
  /**
   * `safe` (default for GET and HEAD) retries whatever is transient; `never` sends once (default for the rest);
   * `idempotent` says that repeating a write is harmless. `never` still repeats what was turned away untouched (limits, row
   * locks); `once` leaves that to the caller, who counts its attempts.
   */
  retry?: 'safe' | 'idempotent' | 'never' | 'once';
  /** Whole-call limit; default 120,000. Streams: limit to the headers, then 60,000 of silence. */
  timeoutMs?: number;
  /** Statuses that are answers, not errors (304, 404, 300 …). */
  accept?: number[];
  /** A body of many megabytes is expected (bulk results): read at less cost. Only for GET. */
  large?: boolean;
  /** It waits at the org until something happens (streaming), which counts against limits of its own: it takes none of the slots. */
  longPoll?: boolean;
  /** Ask for gzip; default true. */
  gzip?: boolean;
  /** Told of each exchange that begins, retries included. */
  onCall?: () => void;
}

export interface JsonAnswer<Body> {
  status: number;
  headers: Record<string, string>;
  body: Body;
}

export interface StreamAnswer {
  status: number;
  headers: Record<string, string>;
  body: Readable;
}

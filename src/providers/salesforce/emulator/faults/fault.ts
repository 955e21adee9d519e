/**
 * A fault: which calls it meets, how often, and what happens to them. Faults are values, so that a test, a file, the admin
 * endpoint and `amp emulator fault` all speak the same language.
 */
export interface Fault {
  id: string;
  /** Name from the catalogue, for people. */
  name: string;
  match: FaultMatch;
  /** Calls left to be hit; undefined = every call. */
  count?: number;
  /** Share of matching calls that are hit, 0–1; 1 when absent. */
  rate?: number;
  /** Matching calls let through first. */
  skip?: number;
  effect: Effect;
  /** Calls hit so far. */
  hits: number;
}

export interface FaultMatch {
  method?: string;
  /** Text the path contains, ignoring case; query string included. */
  path?: string;
  /** Regular expression for the same. */
  pattern?: string;
  /** Client id of the app whose session calls. */
  clientId?: string;
}

export type Effect =
  /** Answered without reaching the org. */
  | { kind: 'answer'; status: number; body?: string; contentType?: string; headers?: Record<string, string> }
  /** The org does its work; then so many bytes of the body arrive and the connection ends, politely or not. -1: no headers either. */
  | { kind: 'cut'; at: number; by: 'fin' | 'rst' }
  /** The same, but the connection then stays open and silent. */
  | { kind: 'stall'; at: number }
  /** The request is read and nothing ever comes back. */
  | { kind: 'hang' }
  /** The network is slow: nothing happens for a while. */
  | { kind: 'delay'; ms: number }
  /** The org has done its work; the answer takes a while. */
  | { kind: 'slow-answer'; ms: number }
  /** Headers of the finished answer are set, or removed with null. */
  | { kind: 'headers'; set: Record<string, string | null> }
  /** The finished answer's text is edited, to test readers. */
  | { kind: 'replace'; search: string; replacement: string }
  /** The next page has this many rows, and more to come. */
  | { kind: 'page'; rows: number }
  /** The reply to a Bayeux meta channel is this error. */
  | { kind: 'bayeux'; channel: string; error: string; reconnect?: string }
  /** Written rows fail. */
  | { kind: 'row-error'; statusCode: string; message: string }
  /** Something in the org changes just before the call is handled. */
  | { kind: 'act'; action: Action }
  /** Bulk jobs turn Failed, whatever they were; without a message, as the platform sometimes does. */
  | { kind: 'fail-jobs'; message?: string };

export type Action =
  | 'expire-sessions'
  | 'expire-locators'
  | 'expire-jobs'
  | 'revoke-grants'
  | 'rotate-refresh-token'
  | 'forget-event-clients'
  | 'move-instance';

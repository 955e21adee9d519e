import type { JsonObject } from '../../../mapping/json.ts';
import type { RowOutcome } from '../write-outcome.ts';

/** One record as it goes to the org, after every guard has been decided. */
export interface SendRow {
  /** Position in `PreparedWrite.rows`. */
  at: number;
  verb: 'insert' | 'update' | 'upsert' | 'delete';
  /** Update and delete. */
  id?: string;
  /** Upsert. */
  key?: string;
  body: JsonObject;
  /** HTTP date: the org refuses the write when the record has changed since (412). */
  unmodifiedSince?: string;
}

/** What all calls of one write share. */
export interface CallPlan {
  object: string;
  keyField: string | undefined;
  headers: Record<string, string>;
  allOrNone: boolean;
  /** Such as `66.0`, for addresses inside a request. */
  apiVersion: string;
}

/** One call, exactly as it is sent, and how its answer is read. Made by pure code, so that a dry run shows the same thing. */
export interface WriteCall {
  method: 'POST' | 'PATCH' | 'DELETE';
  /** Below `/services/data/vNN.0/`. */
  path: string;
  headers: Record<string, string>;
  body: JsonObject | undefined;
  rows: readonly SendRow[];
  /** Outcomes in the order of `rows` from an answer below 300; undefined when it is not one. */
  read(body: unknown): RowOutcome[] | undefined;
}

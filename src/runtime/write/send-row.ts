import type { JsonObject } from '../../mapping/json.ts';

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

/** Everything the ways of sending share. */
export interface SendPlan {
  object: string;
  keyField: string | undefined;
  headers: Record<string, string>;
  allOrNone: boolean;
}

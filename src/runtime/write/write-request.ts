import type { JsonObject } from '../../mapping/json.ts';

/** A write as the hosted write API takes it (its body, plus the object of its path). `parseWriteRequest` makes it from JSON. */
export interface WriteRequest {
  /** As typed: the mapped name or the provider's. */
  objectName: string;
  type: WriteType;
  mode: WriteMode;
  /** One record, or 1 to 100. */
  records: { kind: 'record'; record: WriteItem } | { kind: 'batch'; batch: WriteItem[] };
  /** Of a batch; absent in the body = true. */
  allOrNone: boolean;
  /** Asynchronous only; ignored beside `autoBatchPolicy`. Hours, 1 to 48. */
  retryPolicy?: { deadlineHours: number };
  autoBatchPolicy?: { maxDelayMinutes: number; retryDeadlineHours: number };
  /** Passed on to the org, names in lower case. */
  headers: Record<string, string>;
  /** Upsert: the external id field. Ours, the hosted API has no upsert; absent = the object's only one. */
  externalIdField?: string;
  /** What was asked for and is not done, for the operation. */
  notices: string[];
}

export type WriteType = 'create' | 'update' | 'delete' | 'upsert';
export type WriteMode = 'synchronous' | 'asynchronous';

export interface WriteItem {
  record: JsonObject;
  /** HubSpot only: refused on Salesforce. */
  associations?: unknown;
}

/** The most records of one request; files go another way. */
export const mostBatchRecords = 100;
export const deadlineHours = { least: 1, most: 48, usual: 1 } as const;
export const autoBatchDelayMinutes = { least: 1, most: 1440 } as const;

import type { WriteError } from './prepared.ts';

/** What one attempt did: an outcome for each row, in the order of `PreparedWrite.rows`. */
export interface WriteAttempt {
  outcomes: RowOutcome[];
  apiCalls: number;
}

export type RowOutcome =
  | { status: 'success'; recordId?: string; created?: boolean }
  /** Every field was held back because the org holds a value (`ifEmpty`): there was nothing to write. */
  | { status: 'unchanged'; recordId: string }
  | {
      status: 'failure';
      error: WriteError;
      /** Whether the same row may succeed later: after a short pause, once a limit's window has moved, or never. */
      again: 'soon' | 'later' | 'never';
      /** What the org asked for. */
      retryAfterMs?: number;
    }
  /** Fine by itself; another row of the same transaction failed. */
  | { status: 'rolled-back' }
  /** The answer was lost after sending: it may have been applied. */
  | { status: 'unknown'; error: WriteError };

/** Hosted shape of the result, whatever way it was written. `hostedBody` leaves out what the API does not have. */
export interface WriteAnswer {
  operationId: string;
  /** Every record was written. */
  success: boolean;
  successCount: number;
  failureCount: number;
  /** Records whose answer was lost; they count in neither. */
  unknownCount: number;
  /** In the order of the request. */
  results: WriteResult[];
  /** The culprits, without those that only shared their fate. */
  errors: WriteError[];
  warnings: string[];
  apiCalls: number;
}

export interface WriteResult {
  success: boolean;
  recordId?: string;
  /** Upsert: a new record. */
  created?: boolean;
  status: RowOutcome['status'];
  errors?: WriteError[];
}

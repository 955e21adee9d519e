/**
 * What every action writes: one operation with its log lines. Calls are synchronous and join an open store transaction, so
 * a log row commits together with the data it speaks of.
 */
export interface OperationLog {
  start(input: OperationInput): OperationHandle;
}

export type ActionType = 'read' | 'write' | 'subscribe' | 'search' | 'proxy' | 'schema' | 'deploy';
export type OperationStatus = 'in_progress' | 'success' | 'failure' | 'unknown';

export interface OperationInput {
  action: ActionType;
  /** Provider's object name as the org spells it. */
  object?: string;
  integration?: string;
  installationId?: string;
  groupRef?: string;
  /** OrgRecord.id. */
  org?: string;
  /** Revision number the action ran under. */
  revision?: number;
  parentId?: string;
  /** `cli`, `schedule`, `api`, `install` … */
  startedBy: string;
  metadata?: Record<string, unknown>;
}

export interface OperationHandle {
  /** `op_…`, time-ordered. */
  readonly id: string;
  debug(message: string, details?: LogDetails): void;
  info(message: string, details?: LogDetails): void;
  warning(message: string, details?: LogDetails): void;
  error(message: string, details?: LogDetails): void;
  /** Absolute counts so far; cheap, kept in memory and written with the next line or at the end. */
  progress(counts: Partial<OperationCounts>): void;
  /** Sets keys of the operation's metadata (watermark before and after, job id, retry …). */
  annotate(metadata: Record<string, unknown>): void;
  succeed(result: string): void;
  /** Logs the error with its causes and remedy and ends the operation. */
  fail(error: unknown): void;
  /** The outcome cannot be known (a write whose answer was lost). */
  unknown(result: string): void;
}

export interface OperationCounts {
  records: number;
  recordsEstimated: number;
  failed: number;
  messages: number;
  apiCalls: number;
  bytes: number;
  retries: number;
}

/** Facts of a line: never secrets, never record values. */
export interface LogDetails {
  object?: string;
  group?: string;
  requestId?: string;
  subsystem?: 'auth' | 'provider' | 'mapping' | 'config' | 'delivery' | 'schedule' | 'store' | 'api';
  http?: { method: string; path: string; status?: number };
  attempt?: number;
  retryAfter?: string;
  code?: string;
  [key: string]: unknown;
}

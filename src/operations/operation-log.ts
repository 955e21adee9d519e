import type { Clock } from '../platform/clock.ts';
import type { Database } from '../store/database.ts';
import { closeInterruptedOperations } from './interrupted.ts';
import { openStream } from './log-stream.ts';
import { createLogWriter, logHandle } from './log-writer.ts';
import { markWarned, reopenOperation, startOperation } from './open-operation.ts';
import { cleanDetails, cleanText } from './redaction.ts';
import { forgetSome } from './retention.ts';

/**
 * What every action writes: one operation with its log lines. Calls are synchronous and join an open store transaction, so
 * a log row commits together with the data it speaks of; outside of one, lines are gathered and written every 100 ms.
 */
export interface OperationLog {
  start(input: OperationInput): OperationHandle;
  /**
   * Goes on with an operation that is `in_progress` and was set aside (`setAside`) or whose process has died: a queued
   * write after a restart. Undefined when there is none, or when a living process has it.
   */
  reopen(id: string): OperationHandle | undefined;
  /** More lines on an operation, also one that ended: its messages are delivered afterwards. Undefined for an unknown id. */
  linesOf(id: string): LogHandle | undefined;
  /** The log of something that never ends and is no operation: subscribe events. The same input gives the same stream. */
  stream(input: StreamInput): LogHandle;
  /** Writes the lines gathered so far. Ends of operations never wait for it. */
  flush(): void;
}

export type ActionType = 'read' | 'write' | 'subscribe' | 'search' | 'proxy' | 'schema' | 'deploy';
export type OperationStatus = 'in_progress' | 'success' | 'failure' | 'unknown';

export interface StreamInput {
  action: ActionType;
  /** Provider's object name as the org spells it. */
  object?: string;
  integration?: string;
  installationId?: string;
  groupRef?: string;
  /** OrgRecord.id. */
  org?: string;
}

export interface OperationInput extends StreamInput {
  projectId?: string;
  /** Config of the installation the action ran under. */
  configId?: string;
  /** Revision number the action ran under. */
  revision?: number;
  parentId?: string;
  /** `cli`, `schedule`, `api`, `install` … */
  startedBy: string;
  /** `resume`: the command that goes on with it, when the derived one would not do. */
  metadata?: Record<string, unknown>;
}

export interface LogHandle {
  debug(message: string, details?: LogDetails): void;
  info(message: string, details?: LogDetails): void;
  warning(message: string, details?: LogDetails): void;
  error(message: string, details?: LogDetails): void;
}

export interface OperationHandle extends LogHandle {
  /** `op_…`, time-ordered. */
  readonly id: string;
  /** Absolute counts so far; cheap, kept in memory and written with the next lines or at the end. */
  progress(counts: Partial<OperationCounts>): void;
  /** Sets keys of the operation's metadata (watermark before and after, job id, retry …). */
  annotate(metadata: Record<string, unknown>): void;
  /** The object under the org's own name, once the org has told it. */
  nameObject(object: string): void;
  succeed(result: string): void;
  /** Logs the error with its causes and remedy and ends the operation. */
  fail(error: unknown): void;
  /** The outcome cannot be known (a write whose answer was lost). */
  unknown(result: string): void;
  /** Leaves it `in_progress` without a process (a queued write): the end of this process does not interrupt it. */
  setAside(): void;
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

/** Facts of a line: never secrets, never record values (those go under `values` and are kept only with `--log-values`). */
export interface LogDetails {
  object?: string;
  group?: string;
  requestId?: string;
  subsystem?: Subsystem;
  http?: { method: string; path: string; status?: number };
  attempt?: number;
  /** ISO time before which a retry is pointless. */
  retryAfter?: string;
  retryable?: boolean;
  code?: string;
  [key: string]: unknown;
}

export type Subsystem = 'auth' | 'provider' | 'mapping' | 'config' | 'delivery' | 'schedule' | 'store' | 'api';

export interface OperationLogOptions {
  clock: Clock;
  /** Takes secrets out of a text; every message and every text of the details goes through it. */
  redact: (text: string) => string;
  /** `--log-values`: keep record values in lines. */
  logValues?: boolean;
  /** Told of each line as it is logged, for stderr of long-running commands. */
  onLine?: (line: LoggedLine) => void;
  /** Ended operations older than this are forgotten, a little with the first `start` of each log. */
  retentionDays?: number;
  /** Of operations that name no project themselves. */
  projectId?: string;
}

/** One line as it was logged, clean of secrets; `at` in milliseconds since the epoch. */
export interface LoggedLine {
  at: number;
  severity: Severity;
  message: string;
  operationId?: string;
  details?: Record<string, unknown>;
}

export type Severity = 'debug' | 'info' | 'warning' | 'error';

/**
 * The log on a migrated state database. The first `start` also ends what a dead process left behind. Throws `store-…`.
 */
export function createOperationLog(db: Database, options: OperationLogOptions): OperationLog {
  const { clock } = options;
  const clean = {
    text: (text: string) => cleanText(text, options),
    details: (details: Record<string, unknown>) => cleanDetails(details, options),
  };
  const writer = createLogWriter(db, { clock, clean, ...(options.onLine ? { onLine: options.onLine } : {}) });
  const project = options.projectId === undefined ? {} : { projectId: options.projectId };
  let looked = false;
  const tidy = () => {
    closeInterruptedOperations(db, clock);
    if (options.retentionDays) forgetSome(db, clock.now() - options.retentionDays * 86_400_000);
  };
  return {
    start(input) {
      if (!looked) tidy();
      looked = true;
      return startOperation({ db, clock, clean, writer }, { ...project, ...input });
    },
    reopen: (id) => reopenOperation({ db, clock, clean, writer }, id),
    linesOf(id) {
      const row = db.prepare('SELECT number FROM operations WHERE id = ?').get<{ number: number }>(id);
      return row && logHandle(writer, row.number, id, () => markWarned(db, row.number));
    },
    stream: (input) => openStream(db, writer, input),
    flush: () => writer.flush(),
  };
}

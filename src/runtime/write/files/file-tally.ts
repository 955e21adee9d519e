import type { OperationHandle } from '../../../operations/operation-log.ts';
import type { WriteError } from '../prepared.ts';
import { failureOf } from '../write-operation.ts';
import type { RowOutcome } from '../write-outcome.ts';
import type { FileRow } from './read-file-rows.ts';

export interface FileAnswer {
  operationId: string;
  success: boolean;
  successCount: number;
  failureCount: number;
  unknownCount: number;
  /** The first failures, with the record's place in the file. */
  errors: (WriteError & { index: number })[];
  warnings: string[];
  /** Bulk ingest jobs, in order. */
  jobs: string[];
  apiCalls: number;
}

const mostToldErrors = 200;
const mostWarnings = 100;

/** Counts what becomes of the records of a file, and tells it to the operation. A file may be long: only the first failures are kept. */
export class FileTally {
  readonly #operation: OperationHandle;
  readonly #apiCalls: () => number;
  readonly #counts = { successCount: 0, failureCount: 0, unknownCount: 0 };
  readonly #errors: FileAnswer['errors'] = [];
  readonly #warnings: string[] = [];
  readonly #jobs: string[] = [];

  constructor(operation: OperationHandle, apiCalls: () => number) {
    this.#operation = operation;
    this.#apiCalls = apiCalls;
  }

  /** Records whose outcome is known. */
  get done(): number {
    const { successCount, failureCount, unknownCount } = this.#counts;
    return successCount + failureCount + unknownCount;
  }

  get hasJobs(): boolean {
    return this.#jobs.length > 0;
  }

  count({ index }: FileRow, outcome: RowOutcome): void {
    if (outcome.status === 'success' || outcome.status === 'unchanged') this.#counts.successCount++;
    else if (outcome.status === 'unknown') this.#counts.unknownCount++;
    else this.#counts.failureCount++;
    if ('error' in outcome && this.#errors.length < mostToldErrors) this.#errors.push({ index, ...outcome.error });
  }

  job(id: string): void {
    this.#jobs.push(id);
    this.#operation.annotate({ jobs: this.#jobs });
  }

  warn(warning: string): void {
    if (this.#warnings.length >= mostWarnings || this.#warnings.includes(warning)) return;
    this.#warnings.push(warning);
    this.#operation.warning(warning, { subsystem: 'mapping' });
  }

  /** What is known so far, on the operation. */
  note(): FileAnswer {
    const { successCount, failureCount, unknownCount } = this.#counts;
    const apiCalls = this.#apiCalls();
    const errors = this.#errors.map(({ code, providerCode, ...rest }) => ({ ...rest, code: providerCode ?? code }));
    this.#operation.annotate({ changes: this.done, ...(errors.length > 0 ? { errors } : {}) });
    this.#operation.progress({ records: successCount, failed: failureCount + unknownCount, apiCalls });
    return {
      operationId: this.#operation.id,
      success: failureCount === 0 && unknownCount === 0,
      ...this.#counts,
      errors: this.#errors,
      warnings: this.#warnings,
      jobs: this.#jobs,
      apiCalls,
    };
  }

  /** Ends the operation as the records ended. */
  end(object: string): FileAnswer {
    const answer = this.note();
    const { successCount, failureCount, unknownCount } = answer;
    const counts = `${successCount} succeeded, ${failureCount} failed`;
    if (unknownCount > 0) {
      this.#operation.unknown(
        `The answer to ${unknownCount} ${object} records was lost (${counts}): look for them before writing them again.`,
      );
    } else if (answer.success) this.#operation.succeed(`Batch write completed (${counts})`);
    else this.#operation.fail(failureOf(answer));
    return answer;
  }
}

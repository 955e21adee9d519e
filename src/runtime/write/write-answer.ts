import type { JsonObject } from '../../mapping/json.ts';
import type { PreparedWrite, WriteError } from './prepared.ts';
import type { RowOutcome, WriteAnswer, WriteResult } from './write-outcome.ts';

/** The answer to a write from the last outcome of each of its rows. */
export function answerOf(
  prepared: Pick<PreparedWrite, 'warnings'>,
  outcomes: readonly RowOutcome[],
  run: { operationId: string; apiCalls: number },
): WriteAnswer {
  const results = outcomes.map(resultOf);
  const successCount = results.filter(({ success }) => success).length;
  const unknownCount = outcomes.filter(({ status }) => status === 'unknown').length;
  return {
    operationId: run.operationId,
    success: successCount === results.length,
    successCount,
    failureCount: results.length - successCount - unknownCount,
    unknownCount,
    results,
    errors: outcomes.flatMap((outcome) => ('error' in outcome ? [outcome.error] : [])),
    warnings: [...prepared.warnings],
    apiCalls: run.apiCalls,
  };
}

/** One record's part of an answer. */
export function resultOf(outcome: RowOutcome): WriteResult {
  const { status } = outcome;
  if (status === 'success' || status === 'unchanged') {
    return {
      success: true,
      status,
      ...(outcome.recordId === undefined ? {} : { recordId: outcome.recordId }),
      ...(status === 'success' && outcome.created !== undefined ? { created: outcome.created } : {}),
    };
  }
  return { success: false, status, errors: [status === 'rolled-back' ? rolledBack : outcome.error] };
}

const rolledBack: WriteError = {
  code: 'salesforce-rolled-back',
  message: 'Rolled back: another record of the batch failed.',
};

/**
 * The answer as the hosted API gives it: 200, or 422 when records failed. `single` is the shape of a request with `record`.
 */
export function hostedBody(answer: WriteAnswer, single: boolean): { status: 200 | 422; body: JsonObject } {
  const { operationId, success, warnings } = answer;
  const status = success ? 200 : 422;
  const errors = answer.errors.map(({ message, code, providerCode, fields }) => ({
    message,
    code,
    ...(providerCode === undefined ? {} : { providerCode }),
    ...(fields === undefined ? {} : { fields }),
  }));
  const notes = warnings.length > 0 ? { warnings: [...warnings] } : {};
  if (single) {
    const [{ recordId, created } = { recordId: undefined, created: undefined }] = answer.results;
    const result = {
      success,
      ...(recordId === undefined ? {} : { recordId }),
      ...(created === undefined ? {} : { created }),
    };
    return { status, body: { operationId, result, ...(success ? {} : { errors }), ...notes } };
  }
  const results = answer.results.map(({ success, recordId, created, errors }) => ({
    success,
    ...(recordId === undefined ? {} : { recordId }),
    ...(created === undefined ? {} : { created }),
    ...(errors === undefined ? {} : { errors: errors.map(({ message, code }) => ({ message, code })) }),
  }));
  const { successCount, failureCount, unknownCount } = answer;
  // What is not known has not succeeded, as far as anybody can say.
  const counts = { success, successCount, failureCount: failureCount + unknownCount };
  return { status, body: { operationId, ...counts, results, errors, ...notes } };
}

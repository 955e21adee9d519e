import { AmpError } from '../../errors/amp-error.ts';
import { catalog } from '../../errors/catalog.ts';
import type { OperationHandle, OperationLog } from '../../operations/operation-log.ts';
import type { PreparedWrite, WriteError } from './prepared.ts';
import type { WriteAnswer } from './write-outcome.ts';
import type { WriteRequest } from './write-request.ts';
import type { WriteSource } from './write-source.ts';

export interface WriteOwner {
  source: WriteSource;
  org: { id: string };
  startedBy: string;
}

/** The operation of one write. `object` is the org's name, or the manifest's while the org has not been asked. */
export function startWriteOperation(
  log: OperationLog,
  { source, org, startedBy }: WriteOwner,
  write: Pick<WriteRequest, 'type' | 'mode'> & { object: string; changes?: number },
): OperationHandle {
  const { integration, installation } = source;
  return log.start({
    action: 'write',
    object: write.object,
    org: org.id,
    startedBy,
    ...(integration ? { integration: integration.name } : {}),
    ...(installation
      ? { installationId: installation.id, groupRef: installation.groupRef, revision: installation.revision }
      : {}),
    metadata: {
      type: write.type,
      mode: write.mode,
      ...(write.changes === undefined ? {} : { changes: write.changes }),
    },
  });
}

/** Failed records told in the operation's metadata; the counts speak for the others. */
const mostToldErrors = 200;

/** Ends the operation as the answer says: success, failure with each record's reason, or unknown. */
export function endWriteOperation(
  operation: OperationHandle,
  prepared: Pick<PreparedWrite, 'type' | 'object' | 'rows'>,
  answer: WriteAnswer,
): void {
  const { successCount, failureCount, unknownCount, results } = answer;
  const failed = results.flatMap(({ success, errors }, at) =>
    success ? [] : (errors ?? []).map((error) => recordError(prepared.rows[at]?.index ?? at, error)),
  );
  tellRefused(operation, prepared.rows, failed);
  const ids = results.flatMap(({ success, recordId }) => (success && recordId ? [recordId] : []));
  operation.annotate({
    ...(failed.length > 0 ? { errors: failed.slice(0, mostToldErrors) } : {}),
    ...(failed.length > mostToldErrors ? { errorsLeftOut: failed.length - mostToldErrors } : {}),
    ...(ids.length > 0 ? { successfulRecordIds: ids.slice(0, mostToldErrors) } : {}),
  });
  operation.progress({ records: successCount, failed: failureCount + unknownCount, apiCalls: answer.apiCalls });
  const deed = `${prepared.type} ${prepared.object}`;
  if (unknownCount > 0) {
    operation.unknown(
      unknownCount === 1
        ? `The answer to a ${deed} was lost: look for the record before writing it again.`
        : `The answer to ${unknownCount} of ${results.length} records (${deed}) was lost: look for them before writing them again.`,
    );
    return;
  }
  if (answer.success) {
    operation.succeed(
      results.length === 1
        ? `${deed}: ${results[0]!.status === 'unchanged' ? 'the org already holds a value' : (ids[0] ?? 'done')}`
        : `Batch write completed (${successCount} succeeded, 0 failed)`,
    );
    return;
  }
  operation.fail(failureOf(answer));
}

/** What a record that was refused would have held: its fields, and with --log-values what is in them. */
function tellRefused(
  operation: OperationHandle,
  rows: PreparedWrite['rows'],
  failed: readonly { index: number; code: string }[],
): void {
  for (const { index, code } of failed.slice(0, mostToldErrors)) {
    const row = rows.find((one) => one.index === index);
    const values = row?.create ?? row?.update;
    if (values) operation.debug(`Record ${index} was refused`, { code, fields: Object.keys(values), values });
  }
}

/** What a failed write is, as an error. */
export function failureOf(answer: Pick<WriteAnswer, 'errors' | 'successCount' | 'failureCount'>): AmpError {
  const { errors, successCount, failureCount } = answer;
  const [first] = errors;
  if (successCount === 0 && failureCount === 1 && first) {
    return new AmpError({ code: first.code, message: first.message, details: detailsOf(first) });
  }
  const causes = [...new Set(errors.map(({ message }) => message))].slice(0, 5);
  // One reason for all of them, such as a job that was refused, has one remedy.
  const shared = errors.every(({ code }) => code === first?.code) ? catalog[first?.code ?? ''] : undefined;
  const mayGoLater = shared?.retryable === true && successCount === 0;
  return new AmpError({
    code: 'write-failed',
    message: `Batch write completed (${successCount} succeeded, ${failureCount} failed)`,
    causes,
    ...(shared ? { hint: shared.remedy } : {}),
    ...(first ? { details: { ...detailsOf(first), ...(mayGoLater ? { retryable: true } : {}) } } : {}),
  });
}

function recordError(index: number, { message, code, providerCode, fields }: WriteError) {
  return { index, message, code: providerCode ?? code, ...(fields === undefined ? {} : { fields }) };
}

function detailsOf({ providerCode, fields }: WriteError): Record<string, unknown> {
  return {
    subsystem: 'provider',
    ...(providerCode === undefined ? {} : { errorCode: providerCode }),
    ...(fields === undefined ? {} : { fields }),
  };
}

import type { OperationHandle, OperationLog } from '../../operations/operation-log.ts';
import type { Attempt } from './recorder.ts';

/** Lines of one operation, or the log of them all: then each attempt is told to the operation its message belongs to. */
export type DeliveryLog = DeliveryLines | Pick<OperationLog, 'linesOf'>;

type DeliveryLines = Pick<OperationHandle, 'debug' | 'info' | 'warning' | 'error'>;

/** Writes down what became of an attempt: never a header, never a part of the body. */
export function logAttempt(log: DeliveryLog, { row, number, destination, outcome, verdict, at }: Attempt): void {
  const lines = linesFor(log, row.operationId);
  if (!lines) return;
  const details = {
    subsystem: 'delivery' as const,
    destination: destination.name,
    messageId: row.id,
    attempt: number,
    ...(outcome.status === undefined ? {} : { status: outcome.status }),
  };
  if (outcome.kind === 'delivered') {
    lines.debug(`Delivered ${row.id} to "${destination.name}"`, details);
    return;
  }
  const what = `Attempt ${number} for "${destination.name}" failed: ${outcome.reason}`;
  if (verdict.kind === 'retry') {
    const retryAfter = new Date(verdict.retryAt).toISOString();
    lines.warning(`${what}; next in ${Math.round((verdict.retryAt - at) / 1000)} s`, { ...details, retryAfter });
  } else if (verdict.kind === 'dead') {
    lines.error(`${what}; ${verdict.reason}`, { ...details, code: 'destination-delivery-failed' });
  }
}

function linesFor(log: DeliveryLog, operationId: string | null): DeliveryLines | undefined {
  if (!('linesOf' in log)) return log;
  return operationId === null ? undefined : log.linesOf(operationId);
}

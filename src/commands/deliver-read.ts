import type { Context } from '../cli/context.ts';
import type { Attempt } from '../destinations/sender/recorder.ts';
import type { OperationLog } from '../operations/operation-log.ts';
import type { Progress } from '../output/output.ts';
import { durationText } from '../output/time-text.ts';
import { countOf } from '../platform/group-digits.ts';
import type { ReadSummary } from '../runtime/read/run-read.ts';
import type { State } from '../store/state.ts';

export interface DeliveryResult {
  delivered: number;
  pending: number;
  dead: number;
}

/** Without `amp run`, the command itself sends its messages; what is not out by then stays in the outbox. */
const deliveryLimitMs = 5 * 60_000;
// A receiver that is busy (429) or slow is waited for; one that is down has its next attempt in minutes.
const longestPauseMs = 100_000;

/** Sends what is pending while the read goes on and after it. Tells at once when a destination is down. */
export async function deliverRead(
  context: Context,
  state: State,
  reading: Promise<ReadSummary>,
  log: OperationLog,
): Promise<DeliveryResult> {
  const { deliverPending } = await import('../destinations/sender/deliver-pending.ts');
  const { findHeldBack } = await import('../destinations/held-back.ts');
  const { deliverySettings } = await import('../destinations/delivery-settings.ts');
  let progress: Progress | undefined;
  const result = await deliverPending({
    state,
    ...deliverySettings(context),
    until: 'drained',
    during: reading.then(({ operationId }) => {
      progress = context.output.progress('Delivering');
      return { operationId };
    }),
    limitMs: deliveryLimitMs,
    longestPauseMs,
    log,
    onAttempt: failureNotice(context),
  });
  progress?.stop();
  const waiting = result.pending > 0 ? `, ${result.pending} wait in the outbox` : '';
  const { operationId } = await reading;
  log
    .linesOf(operationId)
    ?.info(`${countOf(result.delivered, 'message')} delivered${waiting}.`, { subsystem: 'delivery' });
  for (const { destination, error } of result.problems) {
    context.output.warning(`${destination}: ${(error as Error).message}`);
  }
  for (const { name, reason } of findHeldBack(state.db, { operationId })) {
    const why = reason === undefined ? '' : ` ${reason}`;
    context.output.warning(
      `${name} is disabled.${why} Its messages are kept; resume: amp destinations enable ${name}.`,
    );
  }
  return { delivered: result.delivered, pending: result.pending, dead: result.dead };
}

/** Says at once that a destination is down, and once more when it works again. */
function failureNotice({ output }: Context): (attempt: Attempt) => void {
  const down = new Set<string>();
  return ({ destination: { name }, row, outcome, verdict, at }) => {
    if (outcome.kind === 'delivered') {
      if (down.delete(name)) output.notice(`${name} takes messages again.`);
    } else if (!down.has(name)) {
      down.add(name);
      const hasNext = verdict.kind === 'retry' && !outcome.gone;
      const next = hasNext ? `; the next attempt is in ${durationText(verdict.retryAt - at)}` : '';
      const kept =
        verdict.kind === 'dead'
          ? `Given up: amp events replay ${row.id} sends it again`
          : 'They are safe in the outbox';
      output.warning(`${name} does not take messages: ${outcome.reason}${next}. ${kept}.`);
    }
  };
}

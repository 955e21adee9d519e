import { type DestinationSummary, describeDestination } from '../destinations/describe-destination.ts';
import { createDestinationStore } from '../destinations/destination-store.ts';
import { createOutbox } from '../destinations/outbox.ts';
import type { State } from '../store/state.ts';
import { judgeDestination } from './judge-destination.ts';
import type { Findings } from './status.ts';

export type DestinationStatus = Pick<
  DestinationSummary,
  | 'name'
  | 'kind'
  | 'state'
  | 'disabledReason'
  | 'backlog'
  | 'lastSuccessAt'
  | 'lastFailure'
  | 'nextAttemptAt'
  | 'failingSince'
>;

export interface QueueStatus {
  outbox: { pending: number; dead: number; oldestAt?: string; oldestAgeMs?: number };
}

export function gatherDestinations(
  { db }: State,
  now: number,
  found: Findings,
): { destinations: DestinationStatus[]; queues: QueueStatus } {
  const destinations = createDestinationStore(db)
    .list()
    .map((record) => {
      const summary = describeDestination(db, record);
      judgeDestination(db, summary, now, found);
      const { name, kind, state, disabledReason, backlog, lastSuccessAt, lastFailure, nextAttemptAt, failingSince } =
        summary;
      return {
        name,
        kind,
        state,
        ...(disabledReason === undefined ? {} : { disabledReason }),
        backlog,
        ...(lastSuccessAt === undefined ? {} : { lastSuccessAt }),
        ...(lastFailure === undefined ? {} : { lastFailure }),
        ...(nextAttemptAt === undefined ? {} : { nextAttemptAt }),
        ...(failingSince === undefined ? {} : { failingSince }),
      };
    });
  const { pending, dead, oldestAt } = createOutbox(db).backlog();
  const oldest =
    oldestAt === undefined
      ? {}
      : { oldestAt: new Date(oldestAt).toISOString(), oldestAgeMs: Math.max(0, now - oldestAt) };
  return { destinations, queues: { outbox: { pending, dead, ...oldest } } };
}

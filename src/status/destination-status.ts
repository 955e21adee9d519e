import { type DestinationSummary, describeDestination } from '../destinations/describe-destination.ts';
import { createDestinationStore } from '../destinations/destination-store.ts';
import { createOutbox } from '../destinations/outbox.ts';
import { countOf } from '../platform/group-digits.ts';
import type { State } from '../store/state.ts';
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

// Messages that waited this long were not just slow.
const staleMs = 3_600_000;

export function gatherDestinations(
  { db }: State,
  now: number,
  found: Findings,
): { destinations: DestinationStatus[]; queues: QueueStatus } {
  const destinations = createDestinationStore(db)
    .list()
    .map((record) => {
      const { name, kind, state, disabledReason, backlog, lastSuccessAt, lastFailure, nextAttemptAt, failingSince } =
        describeDestination(db, record);
      if (state === 'disabled') {
        found.attention.push({
          kind: 'destination',
          subject: name,
          message: `disabled: ${(disabledReason ?? 'by hand').replace(/\.$/, '')}; ${waiting(backlog.pending)}`,
          remedy: `amp destinations test ${name}, then amp destinations enable ${name}`,
        });
      } else if (failingSince) {
        found.attention.push({
          kind: 'destination',
          subject: name,
          message: `nothing has been delivered since ${failingSince}`,
          remedy: `amp destinations show ${name}`,
        });
      } else if (backlog.pending > 0 && backlog.oldestAt && now - Date.parse(backlog.oldestAt) > staleMs) {
        found.attention.push({
          kind: 'queue',
          subject: name,
          message: `${waiting(backlog.pending)}, the oldest since ${backlog.oldestAt}`,
          remedy: lastFailure ? `amp destinations show ${name}` : 'Start amp run: it delivers what waits.',
        });
      }
      if (state === 'enabled' && backlog.pending > 0 && nextAttemptAt) {
        found.notices.push({
          kind: 'queue',
          subject: name,
          message: `${waiting(backlog.pending)} for a retry${lastFailure ? ` after ${lastFailure.reason}` : ''}`,
          remedy:
            Date.parse(nextAttemptAt) <= now
              ? 'It is due: amp run sends it, and so does the next command that delivers.'
              : `The next attempt is due at ${nextAttemptAt}; amp run makes it.`,
        });
      }
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

const waiting = (count: number) => `${countOf(count, 'message')} ${count === 1 ? 'waits' : 'wait'}`;

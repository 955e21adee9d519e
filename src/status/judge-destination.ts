import { type DestinationSummary, describeDestination } from '../destinations/describe-destination.ts';
import type { DestinationRecord } from '../destinations/destination.ts';
import { createDestinationStore } from '../destinations/destination-store.ts';
import { gaveUpAfter } from '../destinations/schedule.ts';
import { countOf } from '../platform/group-digits.ts';
import type { Database } from '../store/database.ts';
import type { Findings } from './status.ts';

// Messages that waited this long were not just slow.
const staleMs = 3_600_000;
const dayMs = 86_400_000;

/** What is wrong with one destination: disabled, failing, late, or messages that were given up. */
export function judgeDestination(db: Database, summary: DestinationSummary, now: number, found: Findings): void {
  const { name, state, disabledReason, backlog, lastFailure, nextAttemptAt, failingSince } = summary;
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
  const givenUp = backlog.dead > 0 ? countGivenUp(db, name) : undefined;
  if (givenUp && givenUp.count > 0) {
    const { count, last } = givenUp;
    // A day later everybody who looks has seen it.
    (now - last < dayMs ? found.attention : found.notices).push({
      kind: 'queue',
      subject: name,
      message: `${countOf(count, 'message')} ${count === 1 ? 'was' : 'were'} given up, the last at ${iso(last)}`,
      remedy: `amp events replay --state dead --destination ${name}`,
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
}

/** The findings of destinations with trouble alone: counting what others have delivered would take its time. */
export function findDeliveryTroubles(db: Database, now: number): Findings {
  const found: Findings = { attention: [], notices: [] };
  const troubled = db
    .prepare(
      `SELECT name FROM destinations AS d WHERE state = 'disabled'
       OR EXISTS (SELECT 1 FROM delivery_failures AS f WHERE f.destination_id = d.id AND f.at >= coalesce(d.last_success_at, 0))
       OR EXISTS (SELECT 1 FROM outbox AS o WHERE o.destination_id = d.id AND o.state = 'dead' AND o.ended_at > ?)`,
    )
    .all<{ name: DestinationRecord['name'] }>(now - dayMs);
  const store = createDestinationStore(db);
  for (const { name } of troubled) judgeDestination(db, describeDestination(db, store.require(name)), now, found);
  return found;
}

/** Not what a receiver asked to stop, nor what went with its installation. `last` in epoch milliseconds. */
function countGivenUp(db: Database, destination: string): { count: number; last: number } {
  return db
    .prepare(
      `SELECT count(*) AS count, coalesce(max(ended_at), 0) AS last FROM outbox
       WHERE destination_id = (SELECT id FROM destinations WHERE name = ?) AND state = 'dead' AND instr(last_error, ?) > 0`,
    )
    .get<{ count: number; last: number }>(destination, gaveUpAfter)!;
}

const waiting = (count: number) => `${countOf(count, 'message')} ${count === 1 ? 'waits' : 'wait'}`;

function iso(at: number): string {
  return new Date(at).toISOString();
}

import { SalesforceFault } from '../org.ts';
import type { Answer, Call } from '../server/call.ts';
import type { World } from '../world.ts';
import { objectOf } from './describe.ts';

const day = 24 * 3_600_000;
const restDate = (ms: number) => new Date(ms).toISOString().replace(/\.\d+Z$/, '.000+0000');

/** `/sobjects/X/updated/?start=&end=`: ids by SystemModstamp, up to 30 days back. */
export function listUpdated(call: Call, world: World): Answer {
  const object = objectOf(call, world);
  const { start, end } = window(call, world, 30 * day);
  const { ids, latestDateCovered } = world.org.updatedIds(object, start, end);
  if (ids.length > 600_000) throw new SalesforceFault(400, 'EXCEEDED_ID_LIMIT', 'too many ids in the given interval');
  return { status: 200, json: { ids, latestDateCovered: restDate(covered(world, latestDateCovered)) } };
}

/** `/sobjects/X/deleted/?start=&end=`: up to 15 days back. */
export function listDeleted(call: Call, world: World): Answer {
  const object = objectOf(call, world);
  const { start, end } = window(call, world, 15 * day);
  const { rows, earliest, latestDateCovered } = world.org.deletedRows(object, start, end);
  return {
    status: 200,
    json: {
      deletedRecords: rows.map(({ id, deletedAt }) => ({ deletedDate: restDate(deletedAt), id })),
      earliestDateAvailable: restDate(earliest),
      latestDateCovered: restDate(covered(world, latestDateCovered)),
    },
  };
}

/** An open transaction may still commit rows with an older stamp, so nothing after its start is covered yet. */
function covered(world: World, latest: number): number {
  return Math.min(latest, world.held.oldestStart() ?? latest);
}

function window(call: Call, world: World, reachMs: number): { start: number; end: number } {
  const start = instant(call, 'start');
  const end = instant(call, 'end');
  if (start >= end) {
    throw new SalesforceFault(400, 'INVALID_REPLICATION_DATE', 'startDate must be at least one minute before endDate');
  }
  if (start < world.org.clock.now() - reachMs) {
    throw new SalesforceFault(400, 'INVALID_REPLICATION_DATE', 'startDate before org replication enabled date');
  }
  return { start, end };
}

/** Seconds are ignored: 12:30:15 means 12:30:00. */
function instant(call: Call, name: string): number {
  const text = call.query.get(name);
  // A literal plus in a query string is a space; the platform refuses it like any other broken date.
  const at = text === null ? Number.NaN : Date.parse(text.replace(/([+-]\d\d)(\d\d)$/, '$1:$2'));
  if (Number.isNaN(at)) throw new SalesforceFault(400, 'MALFORMED_QUERY', `Invalid datetime: ${name}=${text ?? ''}`);
  return at - (at % 60_000);
}

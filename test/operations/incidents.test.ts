import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { findOperations } from '../../src/operations/find-operations.ts';
import { describeIncident, findIncidents } from '../../src/operations/incidents.ts';
import { createOperationLog } from '../../src/operations/operation-log.ts';
import { pruneOperations } from '../../src/operations/retention.ts';
import type { Database } from '../../src/store/database.ts';
import { migrate } from '../../src/store/migrate.ts';
import { migrations } from '../../src/store/migrations/index.ts';
import { openMemoryState } from '../../src/store/state.ts';
import { manualClock } from './manual-clock.ts';

const start = '2026-02-03T09:00:00Z';
const iso = (minute: number) => new Date(Date.parse(start) + minute * 60_000).toISOString();

type End = 'succeed' | 'fail' | 'unknown' | 'open';
interface Run {
  object: string;
  groupRef: string | undefined;
  end: End;
}

/** One operation a minute, each ending half a minute after its start. */
function project(runs: readonly Run[]) {
  const { db } = openMemoryState();
  const clock = manualClock(start);
  const log = createOperationLog(db, { clock, redact: (text) => text });
  for (const { object, groupRef, end } of runs) {
    const op = log.start({ action: 'read', object, ...(groupRef ? { groupRef } : {}), startedBy: 'cli' });
    clock.advance(30_000);
    if (end === 'succeed') op.succeed('fine');
    if (end === 'fail') op.fail(new Error('broken pipe'));
    if (end === 'unknown') op.unknown('no answer');
    clock.advance(30_000);
  }
  return { db, clock, log };
}

const contact = (end: End): Run => ({ object: 'Contact', groupRef: 'quayline', end });

describe('open incidents', () => {
  it('are what failed and has not worked since, with how often, since when and when it last worked', () => {
    const { db } = project([
      contact('succeed'),
      contact('fail'),
      { object: 'Lead', groupRef: 'quayline', end: 'fail' },
      contact('unknown'),
      { object: 'Lead', groupRef: 'quayline', end: 'succeed' },
      contact('open'),
    ]);
    const newest = findOperations(db, { statuses: ['unknown'] }).operations[0]!;
    expect(findIncidents(db)).toEqual([
      {
        operation: newest,
        failures: 2,
        since: iso(1),
        lastSuccess: iso(0.5),
      },
    ]);
  });

  it('of any history are those that going through all operations finds, for any scope, also after an upgrade', () => {
    const run = fc.record({
      object: fc.constantFrom('Contact', 'CONTACT', 'Lead'),
      groupRef: fc.option(fc.constantFrom('quayline', 'northwind'), { nil: undefined }),
      end: fc.constantFrom<End>('succeed', 'fail', 'unknown', 'open'),
    });
    fc.assert(
      fc.property(
        fc.array(run, { maxLength: 25 }),
        fc.option(fc.constantFrom('contact', 'Lead'), { nil: undefined }),
        fc.option(fc.constantFrom('quayline', 'northwind'), { nil: undefined }),
        fc.option(fc.integer({ min: 0, max: 25 }), { nil: undefined }),
        fc.boolean(),
        (runs, object, groupRef, since, isUpgraded) => {
          const { db } = project(runs);
          if (isUpgraded) upgrade(db);
          const all = findOperations(db, { limit: 1000 }).operations.toReversed();
          const open = new Map<string, { ids: string[]; since: string; worked?: string }>();
          for (const { id, object: of, groupRef: whom, status, createTime, endTime } of all) {
            const key = `${of?.toLowerCase()} ${whom}`;
            const before = open.get(key);
            if (status === 'in_progress') continue;
            if (status === 'success') open.set(key, { ids: [], since: '', worked: endTime! });
            else
              open.set(key, {
                ...before,
                ids: [id, ...(before?.ids ?? [])],
                since: before?.ids.length ? before.since : createTime,
              });
          }
          const expected = [...open]
            .filter(([key, { ids }]) => {
              if (ids.length === 0) return false;
              if (object && !key.startsWith(object.toLowerCase())) return false;
              if (groupRef && !key.endsWith(groupRef)) return false;
              return since === undefined || all.find(({ id }) => id === ids[0])!.createTime >= iso(since);
            })
            .map(([, { ids, since: began, worked }]) => ({ id: ids[0], failures: ids.length, began, worked }))
            .sort((a, b) => (a.id! < b.id! ? 1 : -1));
          const found = findIncidents(db, {
            ...(object ? { objects: [object] } : {}),
            ...(groupRef ? { groupRef } : {}),
            ...(since === undefined ? {} : { since: Date.parse(start) + since * 60_000 }),
          });
          expect(
            found.map(({ operation, failures, since: began, lastSuccess }) => ({
              id: operation.id,
              failures,
              began,
              worked: lastSuccess,
            })),
          ).toEqual(expected);
          for (const incident of found) expect(describeIncident(db, incident.operation)).toEqual(incident);
        },
      ),
      { numRuns: 150 },
    );
  });

  it('an operation that died and is closed late is none when the same thing has worked in one that started later', () => {
    const { db, log } = project([]);
    const died = log.start({ action: 'read', object: 'Contact', startedBy: 'cli' });
    log.start({ action: 'read', object: 'Contact', startedBy: 'cli' }).succeed('fine');
    died.fail(new Error('interrupted'));
    expect(findIncidents(db)).toEqual([]);
    log.start({ action: 'read', object: 'Contact', startedBy: 'cli' }).fail(new Error('really'));
    expect(findIncidents(db)).toMatchObject([{ failures: 1 }]);
  });

  it('are forgotten with their newest operation', async () => {
    const { db, clock } = project([contact('fail'), { object: 'Lead', groupRef: undefined, end: 'fail' }]);
    clock.advance(40 * 86_400_000);
    await pruneOperations(db, { clock, retentionDays: 30, budgetMs: 60_000 });
    expect(findIncidents(db)).toEqual([]);
    expect(db.prepare('SELECT count(*) AS rows FROM outcomes').get()).toEqual({ rows: 0 });
  });
});

/** As a state file of an amp that did not keep outcomes yet, opened by this one. */
function upgrade(db: Database) {
  db.exec(
    'DROP TRIGGER operation_is_forgotten; DROP TABLE outcomes; DELETE FROM migrations WHERE version IN (100, 115)',
  );
  migrate(db, migrations);
}

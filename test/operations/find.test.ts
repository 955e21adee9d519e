import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { findLines } from '../../src/operations/find-lines.ts';
import { findOperation, findOperations, type OperationFilter } from '../../src/operations/find-operations.ts';
import { requireOperation } from '../../src/operations/operation-detail.ts';
import { createOperationLog, type OperationHandle } from '../../src/operations/operation-log.ts';
import { openMemoryState } from '../../src/store/state.ts';
import { manualClock } from './manual-clock.ts';

const objects = ['Account', 'Contact', 'Lead'];
const groups = ['quayline', 'northwind'];
const actions = ['read', 'write', 'search'] as const;

/** 60 operations, a minute apart, of every kind, three lines each. */
function project() {
  const { db } = openMemoryState();
  const clock = manualClock('2026-02-03T09:00:00Z');
  const log = createOperationLog(db, { clock, redact: (text) => text });
  const ends: ((op: OperationHandle) => void)[] = [
    (op) => op.succeed('fine'),
    (op) => op.fail(new Error('broken pipe')),
    (op) => op.unknown('no answer'),
    () => {},
    (op) => {
      op.warning('slow');
      op.succeed('fine');
    },
  ];
  for (let i = 0; i < 60; i++) {
    const op = log.start({
      action: actions[i % 3]!,
      object: objects[(i >> 1) % 3]!,
      ...(i % 4 === 0 ? {} : { groupRef: groups[i % 2]! }),
      startedBy: 'cli',
    });
    op.info(`line one of ${i}`);
    op.debug(`line two of ${i}`);
    ends[i % 5]!(op);
    // Messages of an operation are delivered after its end.
    if (i % 10 === 0) log.linesOf(op.id)!.error('not delivered');
    clock.advance(60_000);
  }
  log.flush();
  return { db, clock };
}

describe('finding operations', () => {
  const { db } = project();
  const all = findOperations(db, { limit: 1000 }).operations;

  it('gives them newest first, in pages that meet without gap or overlap', () => {
    const ids: string[] = [];
    for (let pageToken: string | undefined; ; ) {
      const page = findOperations(db, { limit: 7, ...(pageToken ? { pageToken } : {}) });
      ids.push(...page.operations.map((operation) => operation.id));
      pageToken = page.nextPageToken;
      if (!pageToken) break;
    }
    expect(ids).toEqual(all.map((operation) => operation.id));
    expect(ids).toEqual([...ids].sort().reverse());
  });

  it('any combination of filters finds what a plain filter over all of them finds', () => {
    const subset = <Value>(values: readonly Value[]) =>
      fc.option(fc.uniqueArray(fc.constantFrom(...values), { minLength: 1 }), { nil: undefined });
    const minute = fc.option(fc.integer({ min: -5, max: 65 }), { nil: undefined });
    const start = Date.parse('2026-02-03T09:00:00Z');
    fc.assert(
      fc.property(
        subset(['in_progress', 'success', 'failure', 'unknown'] as const),
        subset(actions),
        subset(['account', 'CONTACT', 'Lead']),
        fc.option(fc.constantFrom(...groups), { nil: undefined }),
        minute,
        minute,
        (statuses, wantedActions, wantedObjects, groupRef, since, until) => {
          const filter: OperationFilter = {
            ...(statuses ? { statuses } : {}),
            ...(wantedActions ? { actions: wantedActions } : {}),
            ...(wantedObjects ? { objects: wantedObjects } : {}),
            ...(groupRef ? { groupRef } : {}),
            ...(since === undefined ? {} : { since: start + since * 60_000 }),
            ...(until === undefined ? {} : { until: start + until * 60_000 }),
            limit: 1000,
          };
          const expected = all.filter(
            (operation) =>
              (!statuses || statuses.includes(operation.status)) &&
              (!wantedActions || wantedActions.includes(operation.actionType as never)) &&
              (!wantedObjects ||
                wantedObjects.some((object) => object.toLowerCase() === operation.object?.toLowerCase())) &&
              (!groupRef || operation.groupRef === groupRef) &&
              Date.parse(operation.createTime) >= (filter.since ?? 0) &&
              Date.parse(operation.createTime) <= (filter.until ?? Number.POSITIVE_INFINITY),
          );
          expect(findOperations(db, filter).operations.map((operation) => operation.id)).toEqual(
            expected.map((operation) => operation.id),
          );
        },
      ),
    );
  });

  it('finds one by its id or by a beginning that only it has', () => {
    const { id } = all[3]!;
    expect(findOperation(db, id)?.id).toBe(id);
    expect(findOperation(db, id.slice(0, 20))?.id).toBe(id);
    expect(findOperation(db, 'op_')).toBeUndefined();
    expect(findOperation(db, 'op_nothing')).toBeUndefined();
  });
});

describe('finding lines', () => {
  const { db } = project();
  const everything = findLines(db, { limit: 10_000 });

  it('gives the newest that match, oldest first, whatever the combination of filters', () => {
    const start = Date.parse('2026-02-03T09:00:00Z');
    const order = ['debug', 'info', 'warning', 'error'];
    fc.assert(
      fc.property(
        fc.option(fc.constantFrom('debug', 'info', 'warning', 'error' as const), { nil: undefined }),
        fc.option(fc.constantFrom('ACCOUNT', 'Lead'), { nil: undefined }),
        fc.option(fc.constantFrom(...groups), { nil: undefined }),
        fc.option(fc.constantFrom('ONE', 'two of 1', 'broken', '%', '_'), { nil: undefined }),
        fc.option(fc.integer({ min: 0, max: 60 }), { nil: undefined }),
        fc.integer({ min: 1, max: 40 }),
        (severity, object, groupRef, grep, since, limit) => {
          const found = findLines(db, {
            ...(severity ? { severity: severity as 'info' } : {}),
            ...(object ? { objects: [object] } : {}),
            ...(groupRef ? { groupRef } : {}),
            ...(grep ? { grep } : {}),
            ...(since === undefined ? {} : { since: start + since * 60_000 }),
            limit,
          });
          const text = (line: (typeof everything)[number]) =>
            `${line.message}\n${line.details ? JSON.stringify(line.details) : ''}`.toLowerCase();
          const expected = everything.filter(
            (line) =>
              (!severity || order.indexOf(line.severity) >= order.indexOf(severity)) &&
              (!object || line.object?.toLowerCase() === object.toLowerCase()) &&
              (!groupRef || line.groupRef === groupRef) &&
              (!grep || text(line).includes(grep.toLowerCase())) &&
              (since === undefined || line.at >= start + since * 60_000),
          );
          expect(found.map((line) => line.number)).toEqual(expected.slice(-limit).map((line) => line.number));
        },
      ),
      // The newest line of all stands in the log of an older operation.
      {
        examples: [
          ['error', undefined, 'quayline', undefined, undefined, 1],
          [undefined, 'ACCOUNT', undefined, 'two of 1', undefined, 1],
        ],
      },
    );
  });
});

it('the beginning of several ids says that it is one, and names some', () => {
  const { db } = project();
  expect(() => requireOperation(db, 'op_')).toThrow(/Several operations begin with op_: op_\w+, op_\w+/);
  expect(() => requireOperation(db, 'nope')).toThrow(/There is no operation nope/);
});

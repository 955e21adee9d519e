import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { findOperations } from '../../src/operations/find-operations.ts';
import { createOperationLog } from '../../src/operations/operation-log.ts';
import { pruneOperations, readRetentionDays } from '../../src/operations/retention.ts';
import { openState, type State } from '../../src/store/state.ts';
import { manualClock } from './manual-clock.ts';

let dir: string;
let state: State;

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'amp-retention-'));
  state = openState(dir);
});
afterEach(() => {
  state.close();
  rmSync(dir, { recursive: true, force: true });
});

const day = 86_400_000;
const read = { action: 'read', object: 'Contact', startedBy: 'cli' } as const;

it('operations and stream lines beyond the retention time go, with their pages; running and younger ones stay', async () => {
  const clock = manualClock('2026-01-01T00:00:00Z');
  const log = createOperationLog(state.db, { clock, redact: (text) => text });
  const running = log.start(read);
  for (let i = 0; i < 150; i++) {
    const op = log.start(read);
    for (let line = 0; line < 60; line++) op.info(`page ${line} ${'x'.repeat(200)}`);
    op.succeed('Read');
  }
  log.stream({ action: 'subscribe', object: 'Lead' }).info('old event');
  log.flush();
  clock.advance(10 * day);
  const young = log.start(read);
  young.succeed('Read');
  log.stream({ action: 'subscribe', object: 'Lead' }).info('young event');
  log.flush();
  state.db.exec('PRAGMA wal_checkpoint(TRUNCATE)');
  const sizeBefore = statSync(join(dir, 'state.db')).size;

  const options = { clock, retentionDays: 7, budgetMs: 60_000 };
  expect(await pruneOperations(state.db, options)).toEqual({ operations: 150, lines: 150 * 61 + 1, done: true });
  expect(findOperations(state.db, {}).operations.map(({ id }) => id)).toEqual([young.id, running.id]);
  const lines = state.db.prepare('SELECT message FROM log_lines').all();
  expect(lines.map(({ message }) => message)).toEqual(['Read', 'young event']);
  state.db.exec('PRAGMA wal_checkpoint(TRUNCATE)');
  expect(statSync(join(dir, 'state.db')).size).toBeLessThan(sizeBefore / 2);
  expect(await pruneOperations(state.db, options)).toEqual({ operations: 0, lines: 0, done: true });
});

it('another process writes while old operations are forgotten', async () => {
  const clock = manualClock('2026-01-01T00:00:00Z');
  const log = createOperationLog(state.db, { clock, redact: (text) => text });
  for (let i = 0; i < 300; i++) log.start(read).succeed('Read');
  clock.advance(40 * day);
  const other = openState(dir);
  const otherLog = createOperationLog(other.db, { clock, redact: (text) => text });
  const pruned = pruneOperations(state.db, { clock, retentionDays: 30, budgetMs: 60_000 });
  let written = 0;
  const writing = (async () => {
    for (; written < 20; written++) {
      otherLog.start(read).succeed('Read meanwhile');
      await new Promise((resolve) => setImmediate(resolve));
    }
  })();
  expect((await pruned).operations).toBe(300);
  await writing;
  expect(findOperations(other.db, {}).operations).toHaveLength(20);
  other.close();
});

it('each first operation forgets a little by itself when a retention time is set', () => {
  const clock = manualClock('2026-01-01T00:00:00Z');
  const options = { clock, redact: (text: string) => text, retentionDays: 30 };
  createOperationLog(state.db, options).start(read).succeed('old');
  clock.advance(31 * day);
  createOperationLog(state.db, options).start(read).succeed('new');
  expect(findOperations(state.db, {}).operations.map(({ result }) => result)).toEqual(['new']);
});

it.each([
  [undefined, 30],
  ['7', 7],
  ['0.5', 0.5],
  ['-1', 30],
  ['soon', 30],
])('AMP_LOG_RETENTION_DAYS=%s keeps %s days', (value, days) => {
  expect(readRetentionDays({ AMP_LOG_RETENTION_DAYS: value })).toBe(days);
});

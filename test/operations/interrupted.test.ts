import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { closeInterruptedOperations, resumeCommand } from '../../src/operations/interrupted.ts';
import { systemClock } from '../../src/platform/clock.ts';
import { openState, type State } from '../../src/store/state.ts';

let dir: string;
let state: State;

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'amp-operations-'));
  state = openState(dir);
});
afterEach(() => {
  state.close();
  rmSync(dir, { recursive: true, force: true });
});

const starter = (after: string) => `
  import { openState } from '${join(import.meta.dirname, '../../src/store/state.ts')}';
  import { createOperationLog } from '${join(import.meta.dirname, '../../src/operations/operation-log.ts')}';
  import { systemClock } from '${join(import.meta.dirname, '../../src/platform/clock.ts')}';
  const state = openState(process.argv[1]);
  const log = createOperationLog(state.db, { clock: systemClock, redact: (text) => text });
  const read = log.start({ action: 'read', object: 'Contact', startedBy: 'cli', metadata: { readType: 'backfill' } });
  const write = log.start({ action: 'write', object: 'Contact', startedBy: 'cli' });
  const queued = log.start({ action: 'write', object: 'Lead', startedBy: 'api' });
  queued.setAside();
  read.info('page 1');
  log.flush();
  console.log(read.id + ' ' + write.id + ' ' + queued.id);
  ${after}
`;
const tsx = ['--import', 'tsx', '--input-type=module', '-e'];

it('operations of a killed process end as interrupted with the command that resumes them', async () => {
  const child = spawn(process.execPath, [...tsx, starter('setInterval(() => {}, 1000);'), dir]);
  const [chunk] = await once(child.stdout, 'data');
  const [read, write, queued] = String(chunk).trim().split(' ');
  expect(closeInterruptedOperations(state.db, systemClock)).toEqual([]);

  child.kill('SIGKILL');
  await once(child, 'exit');
  expect(closeInterruptedOperations(state.db, systemClock)).toEqual([read, write]);
  const row = (id: string | undefined) =>
    state.db.prepare('SELECT status, error FROM operations WHERE id = ?').get<{ status: string; error: string }>(id!)!;
  expect(row(read).status).toBe('failure');
  expect(JSON.parse(row(read).error)).toMatchObject({
    code: 'operation-interrupted',
    remedy: `amp backfill Contact --resume ${read}`,
  });
  expect(row(write).status).toBe('unknown');
  expect(row(queued).status).toBe('in_progress');
  expect(closeInterruptedOperations(state.db, systemClock)).toEqual([]);
});

it('a process that leaves without ending its operations writes its last lines and removes its lock', () => {
  execFileSync(process.execPath, [...tsx, starter("read.info('last words');"), dir]);
  const last = state.db.prepare('SELECT message FROM log_lines ORDER BY id DESC LIMIT 1').get<{ message: string }>();
  expect(last?.message).toBe('last words');
  expect(readdirSync(join(dir, 'locks'))).toEqual([]);
  expect(closeInterruptedOperations(state.db, systemClock)).toHaveLength(2);
});

it('the command that resumes a scheduled read delivers, and quotes the group', () => {
  const metadata = JSON.stringify({ readType: 'scheduled' });
  expect(resumeCommand({ id: 'op_1', action: 'read', object: 'Contact', groupRef: "O'Neil & Sons", metadata })).toBe(
    "amp read Contact --group 'O'\\''Neil & Sons' --scheduled --deliver",
  );
});

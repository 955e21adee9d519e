import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { redact } from '../src/errors/redact.ts';
import { findLines, findLinesAfter, lastLineNumber } from '../src/operations/find-lines.ts';
import { findOperation, findOperations } from '../src/operations/find-operations.ts';
import { findIncidents } from '../src/operations/incidents.ts';
import { createOperationLog, type OperationHandle } from '../src/operations/operation-log.ts';
import { openState, type State } from '../src/store/state.ts';
import { type Benchmark, type Figures, interleave, timeProcess } from './benchmark.ts';
import { readProfile } from './logs/read-profile.ts';

const objects = ['Account', 'Contact', 'Lead', 'Opportunity', 'Case', 'Task', 'Event', 'User', 'Asset__c', 'Tier__c'];
const text = 'Page committed: 2000 records delivered, next locator is known to us';

/** L1–L5: a store of many operations and lines, written and searched through the code that amp itself runs. */
const benchmark: Benchmark = {
  name: 'logs',
  about: 'the operation log at size: writing, every filter, and amp operations as a whole process',
  async run({
    operations = '1000000',
    lines = '10000000',
    rounds = '15',
    probes = '200',
    rows = '1000000',
    keep = '',
  }) {
    const dir = keep || mkdtempSync(join(tmpdir(), 'amp-bench-logs-'));
    const state = openState(join(dir, '.amp'));
    try {
      // A kept folder is searched again without being filled anew.
      const figures = lastLineNumber(state.db) > 0 ? {} : fill(state, Number(operations), Number(lines));
      Object.assign(figures, search(state, Number(probes)));
      state.db.exec('PRAGMA wal_checkpoint(TRUNCATE)');
      figures.bytesPerLineWithOperations = statSync(join(dir, '.amp/state.db')).size / Number(lines);
      Object.assign(figures, bytesPerLine(state, Number(lines)));
      Object.assign(figures, await wholeProcess(dir, Number(rounds)));
      Object.assign(figures, await loggingShare(Number(rows)));
      return figures;
    } finally {
      state.close();
      if (!keep) rmSync(dir, { recursive: true, force: true });
    }
  },
};

/** 10,000 rows a transaction; a tenth of the operations fails, some stay open, groups are many and uneven. */
function fill({ db }: State, operations: number, lines: number): Figures {
  let now = Date.parse('2026-01-01T00:00:00Z');
  const clock = { now: () => now, sleep: async () => {} };
  const log = createOperationLog(db, { clock, redact });
  const linesEach = Math.floor(lines / operations) - 1;
  const cpu = { start: 0, lines: 0, end: 0 };
  const timed = (part: keyof typeof cpu, work: () => void) => {
    const from = performance.now();
    db.transaction(work);
    cpu[part] += performance.now() - from;
  };
  const batch = 1_000;
  for (let done = 0; done < operations; done += batch) {
    const open: OperationHandle[] = [];
    timed('start', () => {
      for (let i = done; i < done + batch; i++) {
        now += 50;
        open.push(
          log.start({
            action: i % 50 === 0 ? 'write' : i % 997 === 0 ? 'deploy' : 'read',
            object: objects[(i * 7) % objects.length]!,
            groupRef: `group-${Math.floor(Math.sqrt((i * 7919) % 1_000_000))}`,
            integration: 'crm',
            installationId: `ins_${i % 1_000}`,
            startedBy: 'schedule',
          }),
        );
      }
    });
    timed('lines', () => {
      for (const op of open) for (let line = 0; line < linesEach; line++) op.info(text);
    });
    timed('end', () => {
      for (const [i, op] of open.entries()) {
        if (i % 10 === 0) op.fail(new Error('The org refused the request.'));
        else if (done + batch < operations || i % 100 !== 1) op.succeed('Read 2000 records');
      }
    });
    if ((done / batch) % 100 === 99) console.log(`  ${(done + batch).toLocaleString('en')} operations written`);
  }
  const bytes = db.prepare('PRAGMA page_count').get<{ page_count: number }>()!.page_count;
  const size = db.prepare('PRAGMA page_size').get<{ page_size: number }>()!.page_size;
  return {
    operationsStartedPerSecond: operations / (cpu.start / 1000),
    operationsEndedPerSecond: operations / (cpu.end / 1000),
    linesPerSecond: (operations * linesEach) / (cpu.lines / 1000),
    fileMb: (bytes * size) / 1e6,
  };
}

/** p50 and p99 of each documented filter, in this process, on values spread over the whole store. */
function search({ db }: State, probes: number): Figures {
  const last = lastLineNumber(db);
  const newest = findOperations(db, { limit: 1000 }).operations;
  const middle = (Date.parse(newest[0]!.createTime) + Date.parse('2026-01-01T00:00:00Z')) / 2;
  const group = (i: number) => `group-${(i * 37) % 1_000}`;
  const object = (i: number) => objects[i % objects.length]!;
  const queries: Record<string, (i: number) => unknown> = {
    newest50: () => findOperations(db, { limit: 50 }),
    status: () => findOperations(db, { statuses: ['failure'], limit: 50 }),
    object: (i) => findOperations(db, { objects: [object(i)], limit: 50 }),
    type: (i) => findOperations(db, { actions: [(['write', 'deploy', 'read'] as const)[i % 3]!], limit: 50 }),
    group: (i) => findOperations(db, { groupRef: group(i), limit: 50 }),
    groupAndStatus: (i) => findOperations(db, { groupRef: group(i), statuses: ['failure'], limit: 50 }),
    objectAndStatus: (i) => findOperations(db, { objects: [object(i)], statuses: ['failure'], limit: 50 }),
    since: (i) => findOperations(db, { since: middle, until: middle + i * 1e6, limit: 50 }),
    operation: (i) => findOperation(db, newest[i]!.id),
    linesNewest100: () => findLines(db, { severity: 'info', limit: 100 }),
    linesOfOperation: (i) => findLines(db, { source: 1 + i * 4_999, limit: 100 }),
    linesErrors: () => findLines(db, { severity: 'error', limit: 100 }),
    linesSince: (i) => findLines(db, { since: middle + i * 1e6, until: middle + (i + 1) * 1e6, limit: 100 }),
    linesObject: (i) => findLines(db, { objects: [object(i)], severity: 'info', limit: 100 }),
    linesGroup: (i) => findLines(db, { groupRef: group(i), severity: 'info', limit: 100 }),
    linesGroupErrors: (i) => findLines(db, { groupRef: group(i), severity: 'error', limit: 100 }),
    linesNext1000: (i) => findLinesAfter(db, { limit: 1000 }, Math.floor((last * i) / probes)),
    incidents: () => findIncidents(db, { limit: 5 }),
  };
  const figures: Figures = {};
  let worst = 0;
  // Beside the wall clock: on a shared machine it says what the query itself costs.
  let worstCpu = 0;
  for (const [name, query] of Object.entries(queries)) {
    query(0);
    const wall: number[] = [];
    const cpu: number[] = [];
    for (let i = 0; i < probes; i++) {
      const cpuFrom = process.cpuUsage();
      const from = performance.now();
      query(i);
      wall.push(performance.now() - from);
      const { user, system } = process.cpuUsage(cpuFrom);
      cpu.push((user + system) / 1000);
    }
    const at = (taken: number[], share: number) => taken.sort((a, b) => a - b)[Math.floor(probes * share)]!;
    figures[`${name}P50Ms`] = at(wall, 0.5);
    figures[`${name}P99Ms`] = at(wall, 0.99);
    figures[`${name}CpuP99Ms`] = at(cpu, 0.99);
    worst = Math.max(worst, at(wall, 0.99));
    worstCpu = Math.max(worstCpu, at(cpu, 0.99));
  }
  figures.worstFilterP99Ms = worst;
  figures.worstFilterCpuP99Ms = worstCpu;
  const from = performance.now();
  findLines(db, { grep: 'not in any line', limit: 100 });
  figures.grepWholeStoreMs = performance.now() - from;
  return figures;
}

async function wholeProcess(dir: string, rounds: number): Promise<Figures> {
  execFileSync(process.execPath, ['scripts/build.mjs'], { stdio: 'inherit' });
  writeFileSync(join(dir, 'amp.yaml'), '');
  const amp = (...args: string[]) => timeProcess(['bin/amp.js', '-C', dir, ...args]);
  const taken = await interleave(
    {
      node: () => timeProcess(['-e', '0']),
      operations: () => amp('operations', '--status', 'failure', '--limit', '50'),
      logs: () => amp('logs', '--limit', '50'),
    },
    rounds,
  );
  return {
    nodeMs: taken.node,
    operationsProcessMs: taken.operations,
    logsProcessMs: taken.logs,
    operationsOverNodeMs: taken.operations - taken.node,
    logsOverNodeMs: taken.logs - taken.node,
  };
}

/** L5: the table of the lines alone, and with its indexes, by the pages they take. */
function bytesPerLine({ db }: State, lines: number): Figures {
  const bytes = (names: string) =>
    db.prepare(`SELECT sum(pgsize) AS bytes FROM dbstat WHERE aggregate = TRUE AND name ${names}`).get<{
      bytes: number;
    }>()!.bytes;
  return {
    bytesPerLine: bytes("= 'log_lines'") / lines,
    bytesPerLineWithIndexes: bytes("GLOB 'log_lines*'") / lines,
  };
}

/**
 * L4: what its log costs a backfill. Time of a real one, whole process, by samples: those in which a function of src/operations
 * is at work, with all that it calls (ids, redaction, SQLite and its waits for the disk), beside all that are not idle. The
 * commit that lines share with the data they speak of is not theirs.
 */
async function loggingShare(rows: number): Promise<Figures> {
  const folder = mkdtempSync(join(tmpdir(), 'amp-bench-logging-'));
  const server = await startPages({ rows, pageRows: 50_000, gzip: false });
  try {
    const args = ['backfill', 'Contact', '--full', '--api', 'bulk', '--quiet', '--all-fields', '--output', '/dev/null'];
    const env = {
      ...process.env,
      AMP_ORG_ACCESS_TOKEN: 'bench',
      AMP_ORG_INSTANCE_URL: server.url,
      AMP_STATE_DIR: join(folder, '.amp'),
    };
    const profiler = ['--cpu-prof', '--cpu-prof-interval', '200', '--cpu-prof-dir', join(folder, 'profile')];
    execFileSync(process.execPath, [...profiler, 'bin/amp.js', ...args], { env, stdio: 'ignore' });
    const [profile] = readdirSync(join(folder, 'profile'));
    const { busyMs, loggingMs } = readProfile(join(folder, 'profile', profile!));
    const state = openState(join(folder, '.amp'));
    const { lines } = findLinesAfter(state.db, { limit: 100_000 }, 0);
    const [operation] = findOperations(state.db, { limit: 1 }).operations;
    state.close();
    if (operation?.counts.records !== rows) throw new Error(`the backfill read ${operation?.counts.records} records`);
    return {
      backfillLines: lines.length,
      backfillBusyMs: busyMs,
      loggingMs,
      loggingShare: loggingMs / busyMs,
    };
  } finally {
    server.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function startPages(options: object): Promise<{ url: string; stop(): void }> {
  const args = [resolve('node_modules/tsx/dist/cli.mjs'), 'bench/backfill/page-server.ts', JSON.stringify(options)];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  const port = await new Promise<string>((done, failed) => {
    child.stdout.once('data', (chunk) => done(String(chunk).trim()));
    child.once('exit', (code) => failed(new Error(`the page server ended with ${code}`)));
  });
  return { url: `http://127.0.0.1:${port}`, stop: () => void child.kill() };
}

export default benchmark;

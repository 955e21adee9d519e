import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { openLocalProject } from '../src/environments/local/local-project.ts';
import type { InstallationRecord } from '../src/installations/installation.ts';
import type { Clock } from '../src/platform/clock.ts';
import type { RunningEmulator } from '../src/providers/salesforce/index.ts';
import { nextDue, spreadOf } from '../src/runtime/schedule/due.ts';
import { planReads } from '../src/runtime/schedule/planned-read.ts';
import type { State } from '../src/store/state.ts';
import { everyTenMinutes, runManifest } from '../test/run/manifests.ts';
import { inState, installMany, type Rig, startRig } from '../test/run/rig.ts';
import type { Benchmark } from './benchmark.ts';

/**
 * Many customers on ten-minute schedules: the real `amp run` beside as many offline orgs as asked for. First nothing changes
 * (what the schedule itself costs), then one customer changes a million rows while the others go on. Times are of the rig's
 * clock; `speed` shortens the wait and makes every figure worse, so a limit held at speed 2 is held in real time.
 */
const benchmark: Benchmark = {
  name: 'runtime',
  about: 'amp run for many installations: start lag, processor and memory; then beside one huge customer',
  async run({ installations = '500', orgs = '20', cycles = '1', speed = '2', rows = '1000000' }) {
    execFileSync(process.execPath, ['scripts/build.mjs']);
    const objects = ['account', 'contact', 'lead', 'opportunity', 'case'];
    const rig = await startRig({
      speed: Number(speed),
      manifest: runManifest(objects.map((name) => everyTenMinutes(name))),
    });
    try {
      // The sending side is measured by bench/delivery.
      await rig.amp.json(['destinations', 'remove', 'crmEvents', '--yes']);
      await rig.amp.json(['destinations', 'add', 'crmEvents', '--folder', join(rig.amp.dir, 'out')]);
      await installMany(rig, Number(installations), await connectOrgs(rig, Number(orgs)));
      const quiet = await measure(rig, Number(cycles));
      const huge = Number(rows) > 0 ? await installHuge(rig, Number(rows)) : undefined;
      const busy = huge ? await measure(rig, Number(cycles), huge) : undefined;
      return {
        installations: Number(installations),
        reads: quiet.reads,
        startLagP50Seconds: quiet.lagP50,
        startLagP99Seconds: quiet.lagP99,
        cpuShareOfOneCore: quiet.cpuShare,
        peakRssMb: quiet.peakRssMb,
        ...(busy && {
          besideHugeReads: busy.reads,
          besideHugeLagP99Seconds: busy.lagP99,
          besideHugePeakRssMb: busy.peakRssMb,
          hugeRecords: busy.hugeRecords,
        }),
      };
    } finally {
      await rig.stop();
    }
  },
};

export default benchmark;

async function connectOrgs(rig: Rig, count: number): Promise<string[]> {
  const emulators: RunningEmulator[] = [rig.emulator];
  while (emulators.length < count) emulators.push(await rig.connectAnother(`org${emulators.length + 1}`));
  return emulators.map(({ orgId, userId }) => `${orgId}:${userId}`);
}

/** A customer of whose accounts each is new since its last read. */
async function installHuge(rig: Rig, rows: number): Promise<string> {
  await rig.connectAnother('huge', { Account: rows });
  const { installation } = await rig.amp.json<{ installation: InstallationRecord }>([
    'install',
    'crm',
    '--group',
    'huge',
    '--org',
    'huge',
  ]);
  // Where its first read begins.
  inState(rig, ({ db }) =>
    db.prepare('UPDATE installations SET created_at = ? WHERE id = ?').run('2016-01-01T00:00:00.000Z', installation.id),
  );
  return installation.id;
}

interface Measured {
  reads: number;
  lagP50: number;
  lagP99: number;
  /** Processor seconds for each second of the rig's clock. */
  cpuShare: number;
  peakRssMb: number;
  hugeRecords: number;
}

const cycleMs = 600_000;

/** Runs amp over whole cycles of the schedule, after the one it starts in. */
async function measure(rig: Rig, cycles: number, huge?: string): Promise<Measured> {
  const run = rig.run();
  const { clock } = rig;
  try {
    const from = Math.ceil(clock.now() / cycleMs) * cycleMs + cycleMs;
    await sleepUntil(clock, from);
    const cpuBefore = cpuSeconds(run.pid);
    await sleepUntil(clock, from + cycles * cycleMs);
    const cpu = cpuSeconds(run.pid) - cpuBefore;
    const peakRssMb = peakRss(run.pid);
    const lags = inState(rig, (state) => startLags(state, from, from + cycles * cycleMs, huge));
    const hugeRecords = inState(
      rig,
      ({ db }) =>
        db
          .prepare(
            "SELECT coalesce(sum(json_extract(counts, '$.records')), 0) AS records FROM operations WHERE installation_id = ?",
          )
          .get<{ records: number }>(huge ?? '')!,
    ).records;
    return {
      reads: lags.length,
      lagP50: quantile(lags, 0.5) / 1000,
      lagP99: quantile(lags, 0.99) / 1000,
      cpuShare: cpu / ((cycles * cycleMs) / 1000),
      peakRssMb,
      hugeRecords,
    };
  } finally {
    await run.stop();
  }
}

/** From when each read was due to when its operation began, milliseconds, ascending; worked out anew, not taken from amp's own figures. */
function startLags(state: State, from: number, to: number, without: string | undefined): number[] {
  const plan = planReads(openLocalProject(state), (_, error) => {
    throw error;
  });
  const spread = spreadOf(plan.length);
  const places = new Map(
    plan.map((read) => [
      `${read.installation.id} ${read.objectName}`,
      {
        read,
        row: { servedTo: 0, backfill: 'none' as const, failures: 0, notBefore: 0, lastError: null, pausedAt: null },
      },
    ]),
  );
  const operations = state.db
    .prepare(
      `SELECT installation_id AS installation, lower(object) AS object, created_at AS at FROM operations
       WHERE action = 'read' AND created_at >= ? AND created_at < ?`,
    )
    .all<{ installation: string; object: string; at: number }>(from, to);
  return operations
    .filter(({ installation }) => installation !== without)
    .map(({ installation, object, at }) => {
      const { read, row } = places.get(`${installation} ${object}`)!;
      const tick = Math.floor(at / cycleMs) * cycleMs;
      const due = nextDue(read, { ...row, servedTo: tick - 1 }, spread)!.at;
      return Math.max(0, at - due);
    })
    .sort((a, b) => a - b);
}

const quantile = (sorted: readonly number[], share: number) =>
  sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;

async function sleepUntil(clock: Clock, at: number): Promise<void> {
  await clock.sleep(Math.max(0, at - clock.now()));
}

/** User and system time of a process, from /proc (Linux). */
function cpuSeconds(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]!.split(' ');
  const ticksPerSecond = 100;
  return (Number(fields[11]) + Number(fields[12])) / ticksPerSecond;
}

function peakRss(pid: number): number {
  const line = /VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'));
  return Number(line![1]) / 1024;
}

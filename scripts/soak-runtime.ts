// `npx tsx scripts/soak-runtime.ts [hours=24] [speed=240] [installations=10]`: a whole virtual day of the real `amp run` beside an
// offline org in which people work and things break. Fails when memory or descriptors grow, a tick of a schedule has no run,
// `amp status` is wrong about it, or a record did not arrive.
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { everyTenMinutes, runManifest } from '../test/run/manifests.ts';
import { inState, insert, installMany, type RunningAmp, startRig } from '../test/run/rig.ts';

const options = Object.fromEntries(process.argv.slice(2).map((arg) => arg.split('=') as [string, string]));
const hours = Number(options.hours ?? 24);
const speed = Number(options.speed ?? 240);
const installations = Number(options.installations ?? 10);
const hourMs = 3_600_000;
const tickMs = 600_000;
/** What passes by itself: one in each hour. */
const faults = [
  'server-unavailable',
  'sessions-end',
  'login-page',
  'too-many-requests',
  'concurrent-limit',
  'garbled-json',
].map((name) => ({ name }));

execFileSync(process.execPath, ['scripts/build.mjs']);
const rig = await startRig({ speed, manifest: runManifest([everyTenMinutes('account'), everyTenMinutes('lead')]) });
const problems: string[] = [];
try {
  rig.emulator.settings.dailyApiRequests = 10_000_000;
  await installMany(rig, installations);
  const run = rig.run();
  await run.says('runs revision');
  const samples = await watch(run);
  checkSteady(samples);
  checkSchedule(samples[0]!.at, samples.at(-1)!.at);
  await checkStatus('at the end');
  checkDelivered();
  const { code } = await run.stop();
  if (code !== 143) problems.push(`it ended with ${code}`);
} finally {
  await rig.stop();
}
console.log(problems.length === 0 ? `${hours} hours: nothing to say.` : problems.join('\n'));
process.exitCode = problems.length === 0 ? 0 : 1;

interface Sample {
  at: number;
  rssMb: number;
  descriptors: number;
}

/** Lets the hours pass: changes all the time, a fault in every hour, a look at the process and its status at the end of each. */
async function watch(run: RunningAmp): Promise<Sample[]> {
  const changing = setInterval(change, 250);
  const samples: Sample[] = [];
  const from = rig.clock.now();
  try {
    for (let hour = 1; hour <= hours; hour++) {
      rig.emulator.faults.add(faults[hour % faults.length]!);
      await rig.clock.sleep(from + hour * hourMs - rig.clock.now());
      const sample = { at: rig.clock.now(), rssMb: rssMb(run.pid), descriptors: descriptors(run.pid) };
      samples.push(sample);
      console.log(`hour ${hour}: ${sample.rssMb.toFixed(0)} MB, ${sample.descriptors} descriptors`);
      if (hour % 6 === 0) await checkStatus(`in hour ${hour}`);
    }
    return samples;
  } finally {
    clearInterval(changing);
    await rig.clock.sleep(2 * tickMs);
  }
}

function change(): void {
  if (Math.random() < 0.5) insert(rig, 'Account', { Name: 'Soak' });
  else insert(rig, 'Lead', { LastName: 'Soak', Company: 'Soak' });
}

/** The second half must not need more than the first, beyond a tenth. */
function checkSteady(samples: readonly Sample[]): void {
  const half = Math.floor(samples.length / 2);
  for (const key of ['rssMb', 'descriptors'] as const) {
    const mean = (part: readonly Sample[]) => part.reduce((sum, sample) => sum + sample[key], 0) / part.length;
    const [first, second] = [mean(samples.slice(1, half + 1)), mean(samples.slice(half))];
    if (second > first * 1.1 + 5) problems.push(`${key} grew from ${first.toFixed(0)} to ${second.toFixed(0)}`);
  }
}

/** Every tick between has a run of every object that began before the next one. */
function checkSchedule(from: number, to: number): void {
  const rows = inState(rig, ({ db }) =>
    db
      .prepare(
        `SELECT installation_id || ' ' || lower(object) AS key, created_at AS at FROM operations
         WHERE action = 'read' ORDER BY created_at`,
      )
      .all<{ key: string; at: number }>(),
  );
  const starts = new Map<string, number[]>();
  for (const { key, at } of rows) starts.set(key, [...(starts.get(key) ?? []), at]);
  if (starts.size !== 2 * installations) problems.push(`${starts.size} objects were read, not ${2 * installations}`);
  let missed = 0;
  for (const ticks of starts.values())
    for (let tick = Math.ceil(from / tickMs) * tickMs; tick + tickMs <= to; tick += tickMs)
      if (!ticks.some((at) => at >= tick && at < tick + tickMs)) missed++;
  if (missed > 0) problems.push(`${missed} ticks had no run`);
}

async function checkStatus(when: string): Promise<void> {
  const { code, stdout } = await rig.amp.amp(['status', '--json']);
  const status = JSON.parse(stdout) as { healthy: boolean; runner?: { pid: number }; attention: { message: string }[] };
  if (code !== 0 || !status.healthy || !status.runner)
    problems.push(`amp status ${when}: ${status.attention.map(({ message }) => message).join('; ') || 'no runner'}`);
}

function checkDelivered(): void {
  const delivered = new Map<string, Set<string>>();
  for (const { groupRef, result } of rig.messages()) {
    const ids = delivered.get(groupRef) ?? new Set<string>();
    for (const { raw } of result) ids.add(String(raw.Id));
    delivered.set(groupRef, ids);
  }
  const made = rig.emulator.ledger().map(({ recordId }) => recordId);
  for (const [group, ids] of delivered) {
    const lost = made.filter((id) => !ids.has(id)).length;
    if (lost > 0) problems.push(`${lost} of ${made.length} records did not reach ${group}`);
  }
  if (delivered.size !== installations)
    problems.push(`${delivered.size} customers got something, not ${installations}`);
}

function rssMb(pid: number): number {
  return Number(/VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))![1]) / 1024;
}

function descriptors(pid: number): number {
  return readdirSync(`/proc/${pid}/fd`).length;
}

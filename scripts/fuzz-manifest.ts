// Throws a million hostile manifests at the checker: npx tsx scripts/fuzz-manifest.ts [runs] [seed].
// Fails on the first broken promise (with the seed to repeat it), on a check over a second, or when memory keeps growing.
import fc from 'fast-check';
import { anyBytes, mutatedManifest, randomYaml } from '../test/manifest/arbitrary.ts';
import { survive } from '../test/manifest/survive.ts';

const runs = Number(process.argv[2] ?? 1_000_000);
const firstSeed = Number(process.argv[3] ?? 1);
const perRound = 10_000;
const mostMs = 1000;
const mostGrowthMb = 128;

const hostile = fc.oneof(
  { weight: 3, arbitrary: mutatedManifest.map((text) => Buffer.from(text)) },
  { weight: 3, arbitrary: randomYaml.map((text) => Buffer.from(text)) },
  { weight: 2, arbitrary: anyBytes },
);

let slowestMs = 0;
let firstRssMb = 0;
let lastRssMb = 0;
const startedAt = performance.now();
for (let done = 0; done < runs; done += perRound) {
  fc.assert(
    fc.property(hostile, (bytes) => {
      // Processor time: a busy machine is not the checker's fault.
      const before = process.cpuUsage();
      survive(bytes);
      const { user, system } = process.cpuUsage(before);
      slowestMs = Math.max(slowestMs, (user + system) / 1000);
    }),
    { numRuns: Math.min(perRound, runs - done), seed: firstSeed + done },
  );
  lastRssMb = process.memoryUsage().rss / 1_000_000;
  // The first round fills caches and the heap's own reserves.
  if (done === 0) firstRssMb = lastRssMb;
}
const seconds = (performance.now() - startedAt) / 1000;
console.log(
  `${runs.toLocaleString('en-US')} manifests in ${seconds.toFixed(0)} s: no broken promise, ` +
    `slowest ${slowestMs.toFixed(0)} ms, memory ${firstRssMb.toFixed(0)} → ${lastRssMb.toFixed(0)} MB.`,
);
if (slowestMs > mostMs || lastRssMb - firstRssMb > mostGrowthMb) process.exitCode = 1;

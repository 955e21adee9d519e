// `npx tsx scripts/subscribe-seeds.ts [seeds=100000] [first=1]`: simulated orgs on a virtual clock, one a seed. Ends with 1 when in
// any of them what was delivered is not what is true, and names its seed.
import { runWorld } from '../test/subscribe/continuity-world.ts';

const seeds = Number(process.argv[2] ?? 100_000);
const first = Number(process.argv[3] ?? 1);
const started = performance.now();
const wrong: number[] = [];
for (let seed = first; seed < first + seeds; seed++) {
  if (!(await runWorld(seed))) {
    wrong.push(seed);
    console.log(`seed ${seed} is wrong: npx tsx scripts/subscribe-seeds.ts 1 ${seed}`);
  }
  // A world has no timers, and a closed database gives its memory back on a turn of the event loop only.
  await new Promise((resolve) => setImmediate(resolve));
  const done = seed - first + 1;
  if (done % 10_000 === 0) console.log(`${done} worlds, ${Math.round((performance.now() - started) / 1000)} s`);
}
console.log(`${seeds} worlds from seed ${first}: ${wrong.length} wrong`);
process.exitCode = wrong.length === 0 ? 0 : 1;

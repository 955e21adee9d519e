// Lives simulated worlds, a process for each core: npm run simulate -- [seeds] [first seed]. Prints what it finds, seed by seed.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';

/** A world leaves some ten megabytes behind until its process ends. */
const worldsPerProcess = 50;
/** One of several processes: every `step`-th seed. */
const liveSome = `
import { live } from '../test/simulation/live.ts';
const [from, end, step] = process.argv.slice(2).map(Number);
for (let seed = from; seed < end; seed += step) {
  const findings = await live(seed).then(
    (outcome) => outcome.findings,
    (error) => [String(error?.stack ?? error)],
  );
  process.send({ seed, findings });
}`;
const [seeds = 10_000, first = 1] = process.argv.slice(2).map(Number);

// As one file of JavaScript: translated anew by each process, a world would take a fifth longer. Inside the project, because its
// packages stay outside it.
const folder = mkdtempSync(join(import.meta.dirname, '../node_modules/.simulate-'));
const program = join(folder, 'live-some.mjs');
try {
  await build({
    stdin: { contents: liveSome, resolveDir: import.meta.dirname, loader: 'ts' },
    outfile: program,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    packages: 'external',
  });
  await shareOut();
} finally {
  rmSync(folder, { recursive: true, force: true });
}

async function shareOut(): Promise<void> {
  const processes = Math.min(availableParallelism(), seeds);
  const startedAt = performance.now();
  let lived = 0;
  let broken = 0;
  const tell = ({ seed, findings }: { seed: number; findings: string[] }) => {
    lived++;
    if (findings.length > 0) {
      broken++;
      console.log(`seed ${seed}:\n  ${findings.slice(0, 5).join('\n  ')}`);
    }
    if (lived % 500 === 0) console.log(`${lived} of ${seeds} worlds, ${broken} broken`);
  };
  const share = async (index: number) => {
    for (let from = first + index; from < first + seeds; from += processes * worldsPerProcess) {
      const end = Math.min(from + processes * worldsPerProcess, first + seeds);
      const child = fork(program, [from, end, processes].map(String), { execArgv: [] });
      child.on('message', tell);
      await once(child, 'exit');
    }
  };
  await Promise.all(Array.from({ length: processes }, (_, index) => share(index)));
  const seconds = (performance.now() - startedAt) / 1000;
  console.log(`${lived} worlds of thirty days in ${seconds.toFixed(0)} s: ${broken} broken`);
  process.exitCode = broken > 0 || lived < seeds ? 1 : 0;
}

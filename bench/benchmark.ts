import { spawnSync } from 'node:child_process';

/** Figures by name, units last: `recordsPerSecond`, `peakRssMb`, `ratioToDiscard`. */
export type Figures = Record<string, number>;

export interface Benchmark {
  name: string;
  /** What is measured beside what. */
  about: string;
  run(options: Record<string, string | undefined>): Promise<Figures>;
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

/** Runs the cases one after the other, `rounds` times over, and gives each one's median: noise hits all alike. */
export async function interleave<Name extends string>(
  cases: Record<Name, () => number | Promise<number>>,
  rounds: number,
): Promise<Record<Name, number>> {
  const names = Object.keys(cases) as Name[];
  const taken = Object.fromEntries(names.map((name) => [name, [] as number[]])) as Record<Name, number[]>;
  for (let round = 0; round < rounds; round++) for (const name of names) taken[name].push(await cases[name]());
  return Object.fromEntries(names.map((name) => [name, median(taken[name])])) as Record<Name, number>;
}

/** Wall milliseconds of a whole process. Throws when it does not exit with `code`. */
export function timeProcess(args: readonly string[], options: { cwd?: string; code?: number } = {}): number {
  const start = performance.now();
  const result = spawnSync(process.execPath, [...args], {
    stdio: 'ignore',
    ...(options.cwd ? { cwd: options.cwd } : {}),
  });
  const elapsed = performance.now() - start;
  if (result.status !== (options.code ?? 0)) throw new Error(`${args.join(' ')} ended with ${result.status}`);
  return elapsed;
}

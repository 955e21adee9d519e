// `npm run bench -- <name> [--json] [name=value …]`: runs bench/<name>.ts and prints its table; with --json the last line of
// stdout is one JSON object of figures.
import { existsSync, readdirSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';
import { join } from 'node:path';
import type { Benchmark, Figures } from './benchmark.ts';

const [name, ...rest] = process.argv.slice(2).filter((arg) => arg !== '--json');
const json = process.argv.includes('--json');
const file = join(import.meta.dirname, `${name}.ts`);
if (!name || !existsSync(file)) {
  const names = readdirSync(import.meta.dirname)
    .filter((entry) => entry.endsWith('.ts') && !['run.ts', 'benchmark.ts'].includes(entry))
    .map((entry) => entry.replace('.ts', ''));
  console.error(`Name a benchmark: ${names.join(', ')}`);
  process.exitCode = 64;
} else if (rest.some((arg) => !arg.includes('='))) {
  console.error('Options are name=value.');
  process.exitCode = 64;
} else {
  const { default: benchmark } = (await import(file)) as { default: Benchmark };
  const options = Object.fromEntries(rest.map((arg) => arg.replace(/^--/, '').split('=', 2) as [string, string]));
  console.log(`${benchmark.name}: ${benchmark.about}`);
  console.log(
    `Node ${process.version}, ${cpus().length} × ${cpus()[0]?.model.trim()}, ${Math.round(totalmem() / 2 ** 30)} GiB\n`,
  );
  const figures: Figures = await benchmark.run(options);
  const width = Math.max(...Object.keys(figures).map((key) => key.length));
  for (const [key, value] of Object.entries(figures)) console.log(`${key.padEnd(width)}  ${round(value)}`);
  if (json) console.log(JSON.stringify(figures));
}

function round(value: number): string {
  return Math.abs(value) >= 100 ? Math.round(value).toLocaleString('en-US') : String(Math.round(value * 1000) / 1000);
}

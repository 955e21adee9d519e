import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fields, mappings } from './contacts.ts';

export interface Usage {
  cpuMs: number;
  rssMb: number;
}

/** The flags that make amp read what every case maps. */
export const backfillFlags = [
  ...['backfill', 'Contact', '--full', '--api', 'bulk', '--quiet', '--json'],
  ...fields.flatMap((name) => ['--field', name]),
  ...Object.entries(mappings).flatMap(([name, source]) => ['--map', `${name}=${source}`]),
];

/** Runs the built amp to its end. Answers milliseconds of the whole process and what it used. Throws when it fails. */
export function runAmp(
  args: readonly string[],
  { folder, env = {} }: { folder: string; env?: Record<string, string> },
): { ms: number; usage: Usage; stdout: string } {
  const report = join(folder, 'usage.json');
  const start = performance.now();
  const result = spawnSync(
    process.execPath,
    ['--import', `data:text/javascript,${encodeURIComponent(reportUsage)}`, 'bin/amp.js', ...args],
    {
      env: { ...process.env, HOME: folder, AMP_STATE_DIR: join(folder, 'state'), ...env, BENCH_USAGE: report },
      encoding: 'utf8',
    },
  );
  const ms = performance.now() - start;
  if (result.status !== 0) throw new Error(`amp ended with ${result.status}: ${result.stdout}${result.stderr}`);
  return { ms, usage: JSON.parse(readFileSync(report, 'utf8')) as Usage, stdout: result.stdout };
}

/** The sign-in to the page server's org. */
export function signIn(url: string): Record<string, string> {
  return { AMP_ORG_ACCESS_TOKEN: 'bench', AMP_ORG_INSTANCE_URL: url };
}

const reportUsage = `import { writeFileSync } from 'node:fs';
process.on('exit', () => {
  const { maxRSS, userCPUTime, systemCPUTime } = process.resourceUsage();
  writeFileSync(process.env.BENCH_USAGE, JSON.stringify({ cpuMs: (userCPUTime + systemCPUTime) / 1000, rssMb: maxRSS / 1024 }));
});`;

import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';

const servers: ChildProcess[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) server.kill();
});

/** Peak resident memory of one backfill of `rows` rows, in MB. */
async function peakMemory(rows: number): Promise<number> {
  const options = JSON.stringify({ rows, pageRows: 50_000, gzip: true });
  const server = spawn(process.execPath, ['node_modules/tsx/dist/cli.mjs', 'bench/backfill/page-server.ts', options], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  servers.push(server);
  const port = await new Promise((done) => server.stdout!.once('data', (text) => done(String(text).trim())));
  const folder = mkdtempSync(join(tmpdir(), 'amp-memory-'));
  const hook = `import { writeFileSync } from 'node:fs';
    process.on('exit', () => writeFileSync(${JSON.stringify(join(folder, 'rss'))}, String(process.resourceUsage().maxRSS)));`;
  const result = spawnSync(
    process.execPath,
    [
      ...['--import', `data:text/javascript,${encodeURIComponent(hook)}`, 'bin/amp.js'],
      ...[
        'backfill',
        'Contact',
        '--full',
        '--api',
        'bulk',
        '--quiet',
        '--json',
        '--all-fields',
        '--output',
        '/dev/null',
      ],
    ],
    {
      env: {
        PATH: process.env.PATH ?? '',
        HOME: folder,
        AMP_ORG_ACCESS_TOKEN: 'test',
        AMP_ORG_INSTANCE_URL: `http://127.0.0.1:${port}`,
        AMP_STATE_DIR: join(folder, 'state'),
      },
      encoding: 'utf8',
    },
  );
  expect(result.status, result.stdout + result.stderr).toBe(0);
  expect(JSON.parse(result.stdout).records).toBe(rows);
  return Number(readFileSync(join(folder, 'rss'), 'utf8')) / 1024;
}

test('BULK-15 a million rows take no more memory than ten thousand, but for buffers', {
  timeout: 120_000,
}, async () => {
  const small = await peakMemory(10_000);
  const large = await peakMemory(1_000_000);
  expect(large).toBeLessThan(small + 60);
  expect(large).toBeLessThan(200);
});

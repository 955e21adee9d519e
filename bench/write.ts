import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type Benchmark, interleave } from './benchmark.ts';
import { type EmulatorProcess, startEmulatorProcess } from './write/emulator-process.ts';

const run = promisify(execFile);

/** `amp write --file` beside the ingest protocol alone, each as a process of its own, on one emulator. */
const benchmark: Benchmark = {
  name: 'write',
  about: 'upserts from an NDJSON file, beside the raw ingest protocol with a finished CSV (rows=50000, rounds=5)',
  async run({ rows = '50000', rounds = '5' }) {
    const count = Number(rows);
    const dir = await mkdtemp(join(tmpdir(), 'amp-bench-write-'));
    const emulator = await startEmulatorProcess(['--seed', 'empty']);
    try {
      const files = await writeFiles(dir, count);
      // Both ways then update the same records: the insert is made once, before.
      await writeRaw(emulator, files.csv, count);
      const calls = { amp: 0, raw: 0 };
      const counted = (name: keyof typeof calls, work: () => Promise<void>) => async () => {
        const before = await emulator.apiCalls();
        const begun = performance.now();
        await work();
        const tookMs = performance.now() - begun;
        calls[name] = (await emulator.apiCalls()) - before - 1;
        return tookMs;
      };
      const { amp, raw } = await interleave(
        {
          raw: counted('raw', () => writeRaw(emulator, files.csv, count)),
          amp: counted('amp', () => writeWithAmp(emulator, dir, files.ndjson, count)),
        },
        Number(rounds),
      );
      return {
        records: count,
        ampMs: amp,
        rawMs: raw,
        ratioToRaw: amp / raw,
        recordsPerSecond: count / (amp / 1000),
        ampApiCalls: calls.amp,
        rawApiCalls: calls.raw,
      };
    } finally {
      await emulator.stop();
      await rm(dir, { recursive: true, force: true });
    }
  },
};

async function writeFiles(dir: string, count: number): Promise<{ csv: string; ndjson: string }> {
  const records = Array.from({ length: count }, (_, at) => ({
    ERP_Id__c: `erp-${at}`,
    Name: `Customer ${at}`,
    Phone: `+44 20 ${String(at).padStart(7, '0')}`,
    Industry: at % 2 === 0 ? 'Energy' : 'Banking',
    NumberOfEmployees: at % 5_000,
    Description: at % 10 === 0 ? `Said "yes",\nthen ${at}` : `Line ${at}`,
  }));
  const columns = Object.keys(records[0]!);
  const cell = (value: string | number) => `"${String(value).replaceAll('"', '""')}"`;
  const csv = [columns.join(','), ...records.map((record) => Object.values(record).map(cell).join(',')), ''].join('\n');
  const files = { csv: join(dir, 'rows.csv'), ndjson: join(dir, 'rows.ndjson') };
  await writeFile(files.csv, csv);
  await writeFile(files.ndjson, records.map((record) => `${JSON.stringify(record)}\n`).join(''));
  return files;
}

async function writeRaw({ url, accessToken }: EmulatorProcess, csv: string, count: number): Promise<void> {
  const script = join(import.meta.dirname, 'write', 'raw-ingest.mjs');
  const { stdout } = await run(process.execPath, [script, url, accessToken, csv, 'Account', 'ERP_Id__c']);
  if (JSON.parse(stdout).failed > 0 || JSON.parse(stdout).written < count) throw new Error(`raw: ${stdout}`);
}

async function writeWithAmp({ url, accessToken }: EmulatorProcess, dir: string, ndjson: string, count: number) {
  const args = ['write', 'Account', '--type', 'upsert', '--external-id', 'ERP_Id__c', '--file', ndjson, '--json'];
  const { stdout } = await run(process.execPath, [join(process.cwd(), 'bin/amp.js'), ...args], {
    cwd: dir,
    env: {
      PATH: process.env.PATH,
      HOME: dir,
      AMP_STATE_DIR: join(dir, 'state'),
      AMP_CONFIG_DIR: join(dir, 'config'),
      AMP_CACHE_DIR: join(dir, 'cache'),
      AMP_ORG_INSTANCE_URL: url,
      AMP_ORG_ACCESS_TOKEN: accessToken,
    },
    maxBuffer: 256 * 1024 * 1024,
  });
  if (JSON.parse(stdout).successCount !== count) throw new Error(`amp: ${stdout.slice(0, 400)}`);
}

export default benchmark;

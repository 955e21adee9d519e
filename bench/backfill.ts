import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { backfillFlags, runAmp, signIn, type Usage } from './backfill/run-amp.ts';
import { openSalesforceCli, type SalesforceCli } from './backfill/sf-peer.ts';
import { startPageServer, tsx } from './backfill/start-page-server.ts';
import { type Benchmark, interleave, median } from './benchmark.ts';

/**
 * B1–B6: `amp backfill` of Bulk results to mapped, typed NDJSON, beside curl that follows the locators and throws the bytes
 * away, and beside the usual csv-parse pipeline. With `sf=<folder>` also beside the official Salesforce CLI (B3, sf-peer.ts).
 * Everything in one run, interleaved, whole processes. `rows=10000000 rounds=1 peers=no` shows that memory does not grow.
 */
const benchmark: Benchmark = {
  name: 'backfill',
  about: 'Bulk results → mapped, typed NDJSON; beside curl to nowhere and a csv-parse pipeline',
  async run({ rows = '1000000', rounds = '5', page = '50000', delay = '0', peers = 'yes', sf }) {
    execFileSync(process.execPath, ['scripts/build.mjs'], { stdio: 'inherit' });
    const total = Number(rows);
    const pages = { rows: total, pageRows: Number(page), delayMs: Number(delay) };
    const plain = await startPageServer({ ...pages, gzip: false });
    const zipped = await startPageServer({ ...pages, gzip: true });
    const folder = mkdtempSync(join(tmpdir(), 'amp-bench-'));
    const usage: Usage[] = [];
    const file = join(folder, 'out.ndjson');
    const gzipUsage: Usage[] = [];
    let cli: SalesforceCli | undefined;
    try {
      // Both sides ask for gzip.
      if (sf !== undefined) cli = openSalesforceCli(sf, zipped.url);
      const taken = await interleave<string>(
        {
          curl: () => followLocators(plain.url, false),
          ampNull: () => toFile(plain.url, folder, '/dev/null', usage),
          curlGzip: () => followLocators(zipped.url, true),
          ampNullGzip: () => toFile(zipped.url, folder, '/dev/null', gzipUsage),
          ampFile: () => toFile(plain.url, folder, file, usage),
          ampFileGzip: () => toFile(zipped.url, folder, file, gzipUsage),
          ...(peers === 'yes' ? { csvParse: () => runPeer(plain.url, total) } : {}),
          ...(cli ? exportCases(cli) : {}),
        },
        Number(rounds),
      );
      const perSecond = (ms: number) => total / (ms / 1000);
      const { curl, curlGzip, ampNull, ampNullGzip, ampFile, ampFileGzip, csvParse, sfCsv, sfJson } =
        taken as unknown as Taken;
      return {
        recordsPerSecond: perSecond(ampNull),
        recordsPerSecondGzip: perSecond(ampNullGzip),
        recordsPerSecondToFile: perSecond(ampFile),
        recordsPerSecondToFileGzip: perSecond(ampFileGzip),
        ratioToDiscard: curl / ampNull,
        ratioToDiscardGzip: curlGzip / ampNullGzip,
        curlMs: curl,
        curlGzipMs: curlGzip,
        ampMs: ampNull,
        ampGzipMs: ampNullGzip,
        ampFileMs: ampFile,
        ampFileGzipMs: ampFileGzip,
        cpuSecondsPerMillion: cpuPerMillion(usage, total),
        cpuSecondsPerMillionGzip: cpuPerMillion(gzipUsage, total),
        peakRssMb: Math.max(...[...usage, ...gzipUsage].map(({ rssMb }) => rssMb)),
        ...(sfCsv === undefined || sfJson === undefined
          ? {}
          : { timesFasterThanSfCsv: sfCsv / ampFileGzip, timesFasterThanSfJson: sfJson / ampFileGzip }),
        ...(csvParse === undefined ? {} : { csvParseMs: csvParse, timesFasterThanCsvParse: csvParse / ampNull }),
      };
    } finally {
      cli?.close();
      await Promise.all([plain.stop(), zipped.stop()]);
      rmSync(folder, { recursive: true, force: true });
    }
  },
};

export default benchmark;

function exportCases(cli: SalesforceCli) {
  return { sfCsv: () => cli.export('csv'), sfJson: () => cli.export('json') };
}

/** One process a page, as a shell script would: the next locator comes from the headers. */
function followLocators(url: string, gzip: boolean): number {
  const start = performance.now();
  for (let locator = ''; locator !== 'null'; ) {
    const address = `${url}/services/data/v66.0/jobs/query/750/results${locator && `?locator=${locator}`}`;
    const args = ['-s', '-o', '/dev/null', '-D', '-', ...(gzip ? ['--compressed'] : []), address];
    const headers = spawnSync('curl', args, { encoding: 'latin1' }).stdout;
    locator = /^sforce-locator: (.*?)\r?$/im.exec(headers)?.[1] ?? 'null';
  }
  return performance.now() - start;
}

function cpuPerMillion(usage: readonly Usage[], rows: number): number {
  return (median(usage.map(({ cpuMs }) => cpuMs)) / 1000 / rows) * 1e6;
}

function toFile(url: string, folder: string, output: string, usages: Usage[]): number {
  const { ms, usage } = runAmp([...backfillFlags, '--output', output], { folder, env: signIn(url) });
  usages.push(usage);
  return ms;
}

function runPeer(url: string, rows: number): number {
  const start = performance.now();
  const result = spawnSync(process.execPath, [tsx, 'bench/backfill/csv-parse-peer.ts', url, String(rows)], {
    encoding: 'utf8',
  });
  if (result.status !== 0) throw new Error(`the peer ended with ${result.status}: ${result.stderr}`);
  return performance.now() - start;
}

/** Milliseconds of each case, the median of its rounds. */
interface Taken {
  curl: number;
  curlGzip: number;
  ampNull: number;
  ampNullGzip: number;
  ampFile: number;
  ampFileGzip: number;
  csvParse?: number;
  sfCsv?: number;
  sfJson?: number;
}

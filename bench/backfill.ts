import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fields, mappings } from './backfill/contacts.ts';
import { type Benchmark, interleave, median } from './benchmark.ts';

/**
 * B1–B6: `amp backfill` of Bulk results to mapped, typed NDJSON, beside curl that follows the locators and throws the bytes
 * away, and beside the usual csv-parse pipeline. Everything in one run, interleaved, whole processes.
 */
const benchmark: Benchmark = {
  name: 'backfill',
  about: 'Bulk results → mapped, typed NDJSON; beside curl to nowhere and a csv-parse pipeline',
  async run({ rows = '1000000', rounds = '5', page = '50000', delay = '0', peers = 'yes' }) {
    execFileSync(process.execPath, ['scripts/build.mjs'], { stdio: 'inherit' });
    const total = Number(rows);
    const pages = { rows: total, pageRows: Number(page), delayMs: Number(delay) };
    const plain = await startServer({ ...pages, gzip: false });
    const zipped = await startServer({ ...pages, gzip: true });
    const folder = mkdtempSync(join(tmpdir(), 'amp-bench-'));
    const usage: Usage[] = [];
    const file = join(folder, 'out.ndjson');
    const gzipUsage: Usage[] = [];
    try {
      const taken = await interleave<string>(
        {
          curl: () => followLocators(plain.url, false),
          ampNull: () => runAmp(plain.url, folder, '/dev/null', usage),
          curlGzip: () => followLocators(zipped.url, true),
          ampNullGzip: () => runAmp(zipped.url, folder, '/dev/null', gzipUsage),
          ampFile: () => runAmp(plain.url, folder, file, usage),
          ampFileGzip: () => runAmp(zipped.url, folder, file, gzipUsage),
          ...(peers === 'yes' ? { csvParse: () => runPeer(plain.url, total) } : {}),
        },
        Number(rounds),
      );
      const perSecond = (ms: number) => total / (ms / 1000);
      const { curl, curlGzip, ampNull, ampNullGzip, ampFile, ampFileGzip, csvParse } = taken as unknown as Taken;
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
        ...(csvParse === undefined ? {} : { csvParseMs: csvParse, timesFasterThanCsvParse: csvParse / ampNull }),
      };
    } finally {
      await Promise.all([plain.stop(), zipped.stop()]);
      rmSync(folder, { recursive: true, force: true });
    }
  },
};

export default benchmark;

interface Usage {
  cpuMs: number;
  rssMb: number;
}

const tsx = resolve('node_modules/tsx/dist/cli.mjs');

async function startServer(options: object): Promise<{ url: string; stop(): Promise<void> }> {
  const child: ChildProcess = spawn(process.execPath, [tsx, 'bench/backfill/page-server.ts', JSON.stringify(options)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const port = await new Promise<string>((done, failed) => {
    child.stdout!.once('data', (text) => done(String(text).trim()));
    child.once('exit', (code) => failed(new Error(`the page server ended with ${code}`)));
  });
  const url = `http://127.0.0.1:${port}`;
  return {
    url,
    async stop() {
      const ended = new Promise((done) => child.once('exit', done));
      child.kill();
      await ended;
    },
  };
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

function runAmp(url: string, folder: string, output: string, usage: Usage[]): number {
  const args = [
    ...['--import', `data:text/javascript,${encodeURIComponent(reportUsage)}`, 'bin/amp.js'],
    ...['backfill', 'Contact', '--full', '--api', 'bulk', '--quiet', '--json'],
    ...fields.flatMap((name) => ['--field', name]),
    ...Object.entries(mappings).flatMap(([name, source]) => ['--map', `${name}=${source}`]),
    ...['--output', output],
  ];
  const report = join(folder, 'usage.json');
  const env = {
    ...process.env,
    AMP_ORG_ACCESS_TOKEN: 'bench',
    AMP_ORG_INSTANCE_URL: url,
    AMP_STATE_DIR: join(folder, 'state'),
    BENCH_USAGE: report,
  };
  const start = performance.now();
  const result = spawnSync(process.execPath, args, { env, encoding: 'utf8' });
  const elapsed = performance.now() - start;
  if (result.status !== 0) throw new Error(`amp ended with ${result.status}: ${result.stdout}${result.stderr}`);
  usage.push(JSON.parse(readFileSync(report, 'utf8')));
  return elapsed;
}

const reportUsage = `import { writeFileSync } from 'node:fs';
process.on('exit', () => {
  const { maxRSS, userCPUTime, systemCPUTime } = process.resourceUsage();
  writeFileSync(process.env.BENCH_USAGE, JSON.stringify({ cpuMs: (userCPUTime + systemCPUTime) / 1000, rssMb: maxRSS / 1024 }));
});`;

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
}

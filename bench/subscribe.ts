import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { type Benchmark, interleave } from './benchmark.ts';

/**
 * E1–E6: `amp tail` as a whole process on ready-made streams, beside a bare long poll and jsforce on the same server. Rates are
 * the server's: from the first connect to the last one, so that no process start is in them.
 */
const benchmark: Benchmark = {
  name: 'subscribe',
  about: 'change events → NDJSON with amp tail; beside a bare long poll and jsforce; latency, memory, kill -9',
  async run({ events = '300000', small = '100000', long = '1000000', rounds = '5', live = '1500', peers = 'yes' }) {
    execFileSync(process.execPath, ['scripts/build.mjs'], { stdio: 'inherit' });
    const folder = mkdtempSync(join(tmpdir(), 'amp-bench-'));
    try {
      return {
        ...(await replay(folder, Number(events), 500, Number(rounds), peers === 'yes')),
        ...(await smallAnswers(folder, Number(small), Number(rounds), peers === 'yes')),
        ...(await latency(folder, Number(live))),
        ...(await memory(folder, Number(long))),
        ...(await killed(folder, Number(events))),
      };
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  },
};

export default benchmark;

type Figures = Record<string, number>;

/** E1: a backlog, 500 events an answer. */
async function replay(folder: string, events: number, perResponse: number, rounds: number, peers: boolean) {
  const server = await startServer({ events, perResponse });
  try {
    const taken = await interleave<string>(
      {
        poll: () => server.timed(() => runClient('raw-client.mjs', server.url, events)),
        pollPrinted: () => server.timed(() => runClient('raw-client.mjs', server.url, events, 'print')),
        tail: () => server.timed(() => tail(folder, server.url, ['--json', '--no-records', '--max', String(events)])),
        tailLines: () => server.timed(() => tail(folder, server.url, ['--max', String(events)])),
        tailRecords: () => server.timed(() => tail(folder, server.url, ['--json', '--max', String(events)])),
        ...(peers ? { jsforce: () => server.timed(() => runClient('jsforce-client.mjs', server.url, events)) } : {}),
      },
      rounds,
    );
    const perSecond = (name: string) => events / (taken[name]! / 1000);
    return {
      eventsPerSecond: perSecond('tail'),
      eventsPerSecondAsLines: perSecond('tailLines'),
      eventsPerSecondWithRecords: perSecond('tailRecords'),
      barePollEventsPerSecond: perSecond('poll'),
      barePollPrintedEventsPerSecond: perSecond('pollPrinted'),
      ...(peers ? { jsforceEventsPerSecond: perSecond('jsforce'), ratioToJsforce: taken.jsforce! / taken.tail! } : {}),
    };
  } finally {
    await server.stop();
  }
}

/** E2: ten events an answer; jsforce pauses between polls, so it gets fewer of them to chew. */
async function smallAnswers(folder: string, events: number, rounds: number, peers: boolean): Promise<Figures> {
  const server = await startServer({ events, perResponse: 10 });
  try {
    const few = Math.ceil(events / 6);
    const taken = await interleave<string>(
      {
        tail: () => server.timed(() => tail(folder, server.url, ['--json', '--no-records', '--max', String(events)])),
        ...(peers ? { jsforce: () => server.timed(() => runClient('jsforce-client.mjs', server.url, few)) } : {}),
      },
      rounds,
    );
    const ours = events / (taken.tail! / 1000);
    if (!peers) return { tenPerAnswerEventsPerSecond: ours };
    const theirs = few / (taken.jsforce! / 1000);
    return {
      tenPerAnswerEventsPerSecond: ours,
      tenPerAnswerJsforceEventsPerSecond: theirs,
      tenPerAnswerRatioToJsforce: ours / theirs,
    };
  } finally {
    await server.stop();
  }
}

/** E5: from publishing an event to its printed line, 100 events a second, with the records read. */
async function latency(folder: string, events: number): Promise<Figures> {
  const server = await startServer({ events, perResponse: 500, everyMs: 10 });
  try {
    const bare = await printedAfter(clientArgs('raw-client.mjs', server.url, events, 'print'), {});
    await server.stats();
    const ours = await printedAfter(tailArgs(['--json', '--max', String(events)]), tailEnv(folder, server.url));
    return {
      latencyP50Ms: at(ours, 0.5),
      latencyP99Ms: at(ours, 0.99),
      barePollLatencyP50Ms: at(bare, 0.5),
      barePollLatencyP99Ms: at(bare, 0.99),
      addedLatencyP50Ms: at(ours, 0.5) - at(bare, 0.5),
      addedLatencyP99Ms: at(ours, 0.99) - at(bare, 0.99),
    };
  } finally {
    await server.stop();
  }
}

/** Flat memory: the peak of a run of `events` beside that of a tenth of it. */
async function memory(folder: string, events: number): Promise<Figures> {
  const peak = async (count: number) => {
    const server = await startServer({ events: count, perResponse: 500 });
    try {
      return tail(folder, server.url, ['--json', '--no-records', '--max', String(count)]);
    } finally {
      await server.stop();
    }
  };
  const tenth = await peak(events / 10);
  const whole = await peak(events);
  return { peakRssMb: whole, peakRssOfATenthMb: tenth, rssGrowthMb: whole - tenth };
}

/** E6: killed in mid-stream, started again from the stored position. */
async function killed(folder: string, events: number): Promise<Figures> {
  const server = await startServer({ events, perResponse: 500 });
  const state = join(folder, 'killed');
  try {
    const seen = new Map<string, number>();
    const first = spawn(process.execPath, tailArgs(['--json', '--no-records', '--from', 'earliest']), {
      env: tailEnv(folder, server.url, state),
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    const ended = new Promise((done) => first.once('close', done));
    for await (const line of createInterface({ input: first.stdout })) {
      count(seen, line);
      if (seen.size === Math.floor(events / 3)) first.kill('SIGKILL');
    }
    await ended;
    const second = spawn(process.execPath, tailArgs(['--json', '--no-records', '--from', 'stored']), {
      env: tailEnv(folder, server.url, state),
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    const over = new Promise((done) => second.once('close', done));
    for await (const line of createInterface({ input: second.stdout })) {
      count(seen, line);
      if (seen.size === events) second.kill('SIGINT');
    }
    await over;
    const repeats = [...seen.values()].reduce((sum, times) => sum + times - 1, 0);
    return { lostAfterKill: events - seen.size, repeatedAfterKill: repeats };
  } finally {
    await server.stop();
  }
}

/** A line cut short by the kill is no line. */
function count(seen: Map<string, number>, line: string): void {
  const key = line.endsWith('}') ? /"transactionKey":"([^"]+)"/.exec(line)?.[1] : undefined;
  if (key !== undefined) seen.set(key, (seen.get(key) ?? 0) + 1);
}

const tsx = resolve('node_modules/tsx/dist/cli.mjs');

interface Server {
  url: string;
  stats(): Promise<{ elapsedMs: number; given: number }>;
  /** Milliseconds from the first to the last connect while `work` runs. */
  timed(work: () => unknown): Promise<number>;
  stop(): Promise<void>;
}

async function startServer(options: object): Promise<Server> {
  const args = [tsx, 'bench/subscribe/stream-server.ts', JSON.stringify(options)];
  const child: ChildProcess = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  const port = await new Promise<string>((done, failed) => {
    child.stdout!.once('data', (text) => done(String(text).trim()));
    child.once('exit', (code) => failed(new Error(`the stream server ended with ${code}`)));
  });
  const url = `http://127.0.0.1:${port}`;
  const stats = async () => (await (await fetch(`${url}/stats`)).json()) as { elapsedMs: number; given: number };
  return {
    url,
    stats,
    async timed(work) {
      await stats();
      work();
      return (await stats()).elapsedMs;
    },
    async stop() {
      const ended = new Promise((done) => child.once('exit', done));
      child.kill();
      await ended;
    },
  };
}

function clientArgs(file: string, url: string, events: number, ...more: string[]): string[] {
  return [`bench/subscribe/${file}`, url, String(events), ...more];
}

function runClient(file: string, url: string, events: number, ...more: string[]): void {
  const result = spawnSync(process.execPath, clientArgs(file, url, events, ...more), {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  if (result.status !== 0) throw new Error(`${file} ended with ${result.status}`);
}

const reportUsage = `import { writeFileSync } from 'node:fs';
process.on('exit', () => writeFileSync(process.env.BENCH_USAGE, String(process.resourceUsage().maxRSS / 1024)));`;

function tailArgs(flags: readonly string[]): string[] {
  const from = flags.includes('--from') ? [] : ['--from', 'earliest'];
  return ['bin/amp.js', 'tail', 'Contact', '--all-fields', ...from, ...flags];
}

function tailEnv(folder: string, url: string, state = mkdtempSync(join(folder, 'state-'))) {
  return {
    ...process.env,
    AMP_ORG_ACCESS_TOKEN: 'bench',
    AMP_ORG_INSTANCE_URL: url,
    AMP_STATE_DIR: state,
    BENCH_USAGE: join(folder, 'usage'),
  };
}

/** Runs amp tail to its end; answers its peak memory in MB. */
function tail(folder: string, url: string, flags: readonly string[]): number {
  const args = ['--import', `data:text/javascript,${encodeURIComponent(reportUsage)}`, ...tailArgs(flags)];
  const env = tailEnv(folder, url);
  const result = spawnSync(process.execPath, args, { env, stdio: ['ignore', 'ignore', 'pipe'], encoding: 'utf8' });
  if (result.status !== 0) throw new Error(`amp ended with ${result.status}: ${result.stderr}`);
  return Number(readFileSync(env.BENCH_USAGE, 'utf8'));
}

/** Milliseconds between publishing and reading each line that a process prints; the first second is its start. */
async function printedAfter(args: readonly string[], env: Record<string, string | undefined>): Promise<number[]> {
  const child = spawn(process.execPath, args, {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const ended = new Promise((done) => child.once('close', done));
  const taken: number[] = [];
  for await (const line of createInterface({ input: child.stdout })) {
    const sentAtUs = Number(/"SentAt__c":"(\d{16})"/.exec(line)?.[1]);
    if (sentAtUs > 0) taken.push(performance.timeOrigin + performance.now() - sentAtUs / 1000);
  }
  await ended;
  return taken.slice(100).sort((a, b) => a - b);
}

function at(sorted: readonly number[], share: number): number {
  return sorted[Math.floor(sorted.length * share)] ?? Number.NaN;
}

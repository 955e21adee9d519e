import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { Agent, get } from 'node:http';
import { type Benchmark, median } from './benchmark.ts';

interface Started {
  url: string;
  clientId: string;
  clientSecret: string;
  pid: number;
}

const pagesPerRound = 100;

/** The emulator as its own process, as clients meet it: bulk pages generated and kept, query pages, memory, start. */
const benchmark: Benchmark = {
  name: 'emulator',
  about: 'what one client on loopback gets from the offline org (rows=1000000 contacts by default)',
  async run({ rows = '1000000', rounds = '5' }) {
    const startMs: number[] = [];
    for (let round = 0; round < Number(rounds); round++) {
      const begun = performance.now();
      const quick = await start(['--seed', 'crm']);
      startMs.push(performance.now() - begun);
      await quick.stop();
    }
    const emulator = await start(['--seed', 'empty', '--records', 'account=1000', '--records', `contact=${rows}`]);
    try {
      const client = await signIn(emulator.started);
      await client.call('PATCH', '/__emulator/settings', { bulkCacheBytes: 1 });
      const job = await client.startJob(
        'SELECT Id, FirstName, LastName, Email, Phone, MailingStreet, MailingCity, Description, SystemModstamp FROM Contact',
      );
      const { pid } = emulator.started;
      const beforeRows = cpuSeconds(pid);
      const generated = await client.download(job);
      const rowsCpu = cpuSeconds(pid) - beforeRows;
      await client.call('PATCH', '/__emulator/settings', { bulkCacheBytes: 64 * 1024 * 1024 });
      const kept: number[] = [];
      await client.read(`${job}/results?maxRecords=50000`);
      for (let round = 0; round < Number(rounds); round++) {
        const begun = performance.now();
        let bytes = 0;
        for (let page = 0; page < 10; page++) bytes += (await client.read(`${job}/results?maxRecords=50000`)).bytes;
        kept.push(bytes / 1e6 / ((performance.now() - begun) / 1000));
      }
      const pages: number[] = [];
      const beforePages = cpuSeconds(pid);
      for (let round = 0; round < Number(rounds); round++) pages.push(await client.queryPages(pagesPerRound));
      const pagesCpu = cpuSeconds(pid) - beforePages;
      return {
        startMs: median(startMs),
        generatedRowsPerSecond: generated.rows / generated.seconds,
        generatedRowsPerCpuSecond: generated.rows / rowsCpu,
        generatedMbPerSecond: generated.bytes / 1e6 / generated.seconds,
        keptMbPerSecond: median(kept),
        queryPagesPerSecond: median(pages),
        queryPagesPerCpuSecond: (pages.length * pagesPerRound) / pagesCpu,
        rows: generated.rows,
        rssMb: residentMb(pid, 'VmRSS'),
        peakRssMb: residentMb(pid, 'VmHWM'),
      };
    } finally {
      await emulator.stop();
    }
  },
};

async function start(args: string[]) {
  const child = spawn(process.execPath, ['bin/amp.js', 'emulator', 'start', '--port', '0', '--json', ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let text = '';
  const started = await new Promise<Started>((resolve, reject) => {
    child.once('exit', (code) => reject(new Error(`the emulator ended with ${code}`)));
    child.stdout.on('data', (chunk) => {
      text += chunk;
      if (text.trimEnd().endsWith('}')) resolve(JSON.parse(text));
    });
  });
  const stop = () =>
    new Promise<void>((resolve) => {
      child.once('exit', () => resolve());
      child.kill('SIGTERM');
    });
  return { started, stop };
}

/** Processor time another process has used so far. Linux says; elsewhere 0. */
function cpuSeconds(pid: number): number {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]!.split(' ');
    return (Number(fields[11]) + Number(fields[12])) / 100;
  } catch {
    return 0;
  }
}

/** Resident memory of another process: now, or at its highest. Linux says; elsewhere 0. */
function residentMb(pid: number, line: 'VmRSS' | 'VmHWM'): number {
  try {
    const found = new RegExp(`^${line}:\\s+(\\d+) kB`, 'm').exec(readFileSync(`/proc/${pid}/status`, 'utf8'));
    return Number(found?.[1] ?? 0) / 1024;
  } catch {
    return 0;
  }
}

async function signIn({ url, clientId, clientSecret }: Started) {
  const agent = new Agent({ keepAlive: true });
  const form = new URLSearchParams({
    grant_type: 'client_credentials',
    client_id: clientId,
    client_secret: clientSecret,
  });
  const { access_token: token } = (await (
    await fetch(`${url}/services/oauth2/token`, { method: 'POST', body: form })
  ).json()) as {
    access_token: string;
  };
  const data = '/services/data/v66.0/';
  const headers = { authorization: `Bearer ${token}` };

  async function call(method: string, path: string, body?: unknown) {
    const init = body === undefined ? {} : { body: JSON.stringify(body) };
    const response = await fetch(url + path, {
      method,
      headers: { ...headers, 'content-type': 'application/json' },
      ...init,
    });
    return (await response.json()) as { id: string };
  }

  /** Reads and discards one answer, counting its bytes. */
  function read(path: string): Promise<{ bytes: number; locator: string; rows: number; last: string }> {
    return new Promise((resolve, reject) => {
      get(path.startsWith('/') ? url + path : `${url}${data}${path}`, { agent, headers }, (response) => {
        let bytes = 0;
        let last = '';
        response.on('data', (chunk: Buffer) => {
          if (bytes === 0) last = chunk.toString('latin1', 0, 300);
          bytes += chunk.length;
        });
        response.on('error', reject).on('end', () => {
          const { 'sforce-locator': locator, 'sforce-numberofrecords': rows } = response.headers as Record<
            string,
            string
          >;
          resolve({ bytes, locator: locator ?? '', rows: Number(rows ?? 0), last });
        });
      }).on('error', reject);
    });
  }

  return {
    call,
    read,
    async startJob(query: string): Promise<string> {
      const { id } = await call('POST', `${data}jobs/query`, { operation: 'query', query });
      await read(`jobs/query/${id}`);
      return `jobs/query/${id}`;
    },
    async download(job: string) {
      const begun = performance.now();
      const total = { rows: 0, bytes: 0 };
      for (let locator = ''; locator !== 'null'; ) {
        const page = await read(`${job}/results?maxRecords=50000${locator && `&locator=${locator}`}`);
        total.rows += page.rows;
        total.bytes += page.bytes;
        locator = page.locator;
      }
      return { ...total, seconds: (performance.now() - begun) / 1000 };
    },
    async queryPages(count: number): Promise<number> {
      const query = encodeURIComponent('SELECT Id, FirstName, LastName, Email, Phone, SystemModstamp FROM Contact');
      let next = `query?q=${query}`;
      const begun = performance.now();
      for (let page = 0; page < count && next; page++) {
        next = /"nextRecordsUrl":"([^"]+)"/.exec((await read(next)).last)?.[1] ?? '';
      }
      return count / ((performance.now() - begun) / 1000);
    },
  };
}

export default benchmark;

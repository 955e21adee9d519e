import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { backfillFlags, runAmp, signIn, type Usage } from '../backfill/run-amp.ts';
import { startPageServer, tsx } from '../backfill/start-page-server.ts';
import { type Figures, interleave } from '../benchmark.ts';

export interface WholeOptions {
  /** Of the receiver. */
  receiver: string;
  rows: number;
  rounds: number;
  peers: boolean;
}

/** W1 and W2: Bulk results to signed messages, whole processes, interleaved. Both sides send the same entries, `raw` included. */
export async function measureWhole({ receiver, rows, rounds, peers }: WholeOptions): Promise<Figures> {
  execFileSync(process.execPath, ['scripts/build.mjs'], { stdio: 'inherit' });
  const server = await startPageServer({ rows, pageRows: 50_000, gzip: false });
  const usage: Usage[] = [];
  let messages = 0;
  try {
    const taken = await interleave<string>(
      {
        amp: () => {
          const run = deliverAll(server.url, receiver);
          usage.push(run.usage);
          messages = run.messages;
          return run.ms;
        },
        ...(peers ? { peer: () => runPeer(server.url, receiver, rows) } : {}),
      },
      rounds,
    );
    const seconds = taken.amp! / 1000;
    return {
      fullMessagesPerSecond: messages / seconds,
      recordsPerSecond: rows / seconds,
      ...(peers ? { timesFasterThanFetch: taken.peer! / taken.amp! } : {}),
      cpuSecondsPerMillion: Math.max(...usage.map(({ cpuMs }) => cpuMs)) / 1000 / (rows / 1e6),
      peakRssMb: Math.max(...usage.map(({ rssMb }) => rssMb)),
    };
  } finally {
    await server.stop();
  }
}

/** A project of its own each time: an outbox that has grown is another case. */
function deliverAll(org: string, receiver: string): { ms: number; usage: Usage; messages: number } {
  const folder = mkdtempSync(join(tmpdir(), 'amp-bench-'));
  const keyFile = join(folder, 'key');
  writeFileSync(keyFile, `${'k'.repeat(43)}=\n`, { mode: 0o600 });
  const env = { ...signIn(org), AMP_CREDENTIAL_STORE: 'file', AMP_CREDENTIAL_KEY_FILE: keyFile };
  try {
    runAmp(['destinations', 'add', 'crm', '--url', receiver, '--allow-private-network'], { folder, env });
    const { ms, usage, stdout } = runAmp([...backfillFlags, '--deliver', '--destination', 'crm'], { folder, env });
    const { messages, output } = JSON.parse(stdout) as {
      messages: number;
      output: { delivery: { delivered: number } };
    };
    if (output.delivery.delivered !== messages)
      throw new Error(`${output.delivery.delivered} of ${messages} delivered`);
    return { ms, usage, messages };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function runPeer(org: string, receiver: string, rows: number): number {
  const start = performance.now();
  const result = spawnSync(
    process.execPath,
    [tsx, 'bench/delivery/csv-parse-fetch-peer.ts', org, receiver, String(rows)],
    { encoding: 'utf8' },
  );
  if (result.status !== 0) throw new Error(`the peer ended with ${result.status}: ${result.stderr}`);
  return performance.now() - start;
}

import { spawn } from 'node:child_process';
import { createHmac } from 'node:crypto';
import { closeSync, fdatasyncSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createMemoryStore } from '../src/credentials/memory.ts';
import { addDestination } from '../src/destinations/add-destination.ts';
import type { OutboxMessage } from '../src/destinations/destination.ts';
import { createOutbox, newMessageId } from '../src/destinations/outbox.ts';
import { MessagePacker, type PackedMessage, packMessages } from '../src/destinations/pack.ts';
import { deliverPending } from '../src/destinations/sender/deliver-pending.ts';
import { newSigningSecret, parseSigningSecret, signatureHeaders } from '../src/destinations/webhook/sign.ts';
import { systemClock } from '../src/platform/clock.ts';
import { openState, type State } from '../src/store/state.ts';
import { type Benchmark, interleave } from './benchmark.ts';
import { measureWhole } from './delivery/whole.ts';

/**
 * W1 and W2: `amp backfill --deliver` as a whole process, Bulk CSV → mapped → outbox (committed to disk) → signed POSTs, beside
 * what one writes first (csv-parse, one fetch after another). W3–W5: single messages, the rate held, signing. Beside them
 * what nobody can beat here: the same bytes written and flushed to a plain file, a bare HMAC. The receiver is a process of its own.
 */
const benchmark: Benchmark = {
  name: 'delivery',
  about: 'Bulk results → outbox → signed webhooks; beside csv-parse with fetch, a flushed file, a bare HMAC',
  async run({ rows = '300000', records = '200000', small = '10000', steady = '12', rounds = '5', peers = 'yes' }) {
    const fast = await startReceiver(0);
    const slow = await startReceiver(50);
    const lines = makeRecords(Number(records));
    const bodies = [...packMessages(head, lines.slice(0, 30_000))].map(({ body }) => Buffer.from(body));
    const times = Number(rounds);
    try {
      const whole = await measureWhole({
        receiver: fast.url,
        rows: Number(rows),
        rounds: times,
        peers: peers === 'yes',
      });
      const batches = await interleave(
        { file: () => writeFlushed(lines), outbox: () => deliverEndToEnd(fast.url, lines) },
        times,
      );
      const single = await interleave({ ms: () => deliverSmall(fast.url, Number(small)) }, times);
      const signing = await interleave({ bare: () => hash(bodies), ours: () => signAll(bodies) }, times);
      const limited = await holdRate(slow, Number(steady));
      const messages = countMessages(lines);
      const megabytes = bodies.reduce((sum, body) => sum + body.length, 0) / 1e6;
      return {
        ...whole,
        outboxMessagesPerSecond: messages / (batches.outbox / 1000),
        outboxRatioToFlushedFile: batches.file / batches.outbox,
        smallMessagesPerSecond: Number(small) / (single.ms / 1000),
        signingMsPerMb: signing.ours / megabytes,
        signingRatioToBareHmac: signing.ours / signing.bare,
        ...limited,
      };
    } finally {
      fast.stop();
      slow.stop();
    }
  },
};

export default benchmark;

const head = { action: 'read', projectId: 'prj_1', provider: 'salesforce', objectName: 'contact', groupRef: 'acme' };
const unlimited = 1_000_000;

function makeRecords(count: number): Buffer[] {
  return Array.from({ length: count }, (_, i) =>
    Buffer.from(
      JSON.stringify({
        fields: { id: `003${String(i).padStart(15, '0')}`, email: `person${i}@example.com`, phone: '+49 30 1234567' },
        mappedFields: { firstName: 'Zoë', lastName: `Person ${i}`, address: { city: 'Köln', country: 'Germany' } },
        raw: {
          Id: `003${i}`,
          FirstName: 'Zoë',
          LastName: `Person ${i}`,
          Email: `person${i}@example.com`,
          MailingCity: 'Köln',
        },
      }),
    ),
  );
}

function countMessages(lines: readonly Buffer[]): number {
  let count = 0;
  for (const _ of packMessages(head, lines)) count++;
  return count;
}

const pageRecords = 20_000;

/** From records that are ready: what the outbox and the sender take. Reading and sending overlap; each page is committed before any of it leaves. */
async function deliverEndToEnd(url: string, lines: readonly Buffer[]): Promise<number> {
  return withProject(url, async ({ state, deliver }) => {
    const outbox = createOutbox(state.db);
    const start = performance.now();
    const stopped = new AbortController();
    const sending = deliver({ until: 'stopped', signal: stopped.signal, pollMs: 20 });
    let packer = new MessagePacker(head);
    let page: PackedMessage[] = [];
    const commit = () => {
      outbox.add(page.map((message) => toOutbox(message)));
      page = [];
    };
    for (const [index, line] of lines.entries()) {
      page.push(...packer.add(line));
      if ((index + 1) % pageRecords !== 0) continue;
      page.push(...packer.finish());
      packer = new MessagePacker(head);
      commit();
      await new Promise((resolve) => setImmediate(resolve));
    }
    page.push(...packer.finish());
    commit();
    while (outbox.backlog().pending > 0) await systemClock.sleep(5);
    const taken = performance.now() - start;
    stopped.abort();
    await sending;
    return taken;
  });
}

/** One record a message, no order between them, no rate limit. */
async function deliverSmall(url: string, count: number): Promise<number> {
  return withProject(url, async ({ state, deliver }) => {
    storeSmall(state, count);
    const start = performance.now();
    const summary = await deliver({ until: 'drained' });
    if (summary.delivered !== count) throw new Error(`delivered ${summary.delivered} of ${count}`);
    return performance.now() - start;
  });
}

/** The default limit against a receiver that takes 50 ms: what arrived in the ten seconds after a second's start. */
async function holdRate(receiver: Receiver, seconds: number): Promise<Record<string, number>> {
  return withProject(receiver.url, async ({ state, deliver }) => {
    storeSmall(state, seconds * 1000);
    await receiver.arrivals();
    await deliver({ until: 'drained', ratePerSecond: 1000 });
    const arrivals = await receiver.arrivals();
    const from = arrivals[0]! + 1000;
    const steadyMs = (seconds - 2) * 1000;
    const steady = arrivals.filter((at) => at >= from && at < from + steadyMs).length;
    return { limitedMessagesPerSecond: steady / (steadyMs / 1000) };
  });
}

function storeSmall(state: State, count: number): void {
  const [message] = packMessages(head, [makeRecords(1)[0]!]);
  createOutbox(state.db).add(
    Array.from({ length: count }, (_, i) => ({ ...toOutbox(message!), orderKey: `contact ${i}` })),
  );
}

function toOutbox(message: PackedMessage): OutboxMessage {
  return {
    ...message,
    id: newMessageId(Date.now()),
    destination: 'crm',
    orderKey: 'contact',
    overlap: 'op_1',
    topic: 'read',
    operationId: 'op_1',
  };
}

/** The same bodies, written and flushed page by page: what the disk allows. */
function writeFlushed(lines: readonly Buffer[]): number {
  const dir = mkdtempSync(join(tmpdir(), 'amp-bench-'));
  const start = performance.now();
  const fd = openSync(join(dir, 'bodies'), 'w');
  for (let from = 0; from < lines.length; from += pageRecords) {
    for (const { body } of packMessages(head, lines.slice(from, from + pageRecords))) writeSync(fd, body);
    fdatasyncSync(fd);
  }
  closeSync(fd);
  const taken = performance.now() - start;
  rmSync(dir, { recursive: true });
  return taken;
}

function hash(bodies: readonly Buffer[]): number {
  const key = Buffer.alloc(32, 7);
  const start = performance.now();
  for (const body of bodies) createHmac('sha256', key).update(body).digest('base64');
  return performance.now() - start;
}

function signAll(bodies: readonly Buffer[]): number {
  const keys = [parseSigningSecret(newSigningSecret())];
  const start = performance.now();
  for (const body of bodies) signatureHeaders(keys, { id: 'msg_1', timestampS: 1_614_265_330, body });
  return performance.now() - start;
}

type Deliver = (
  options: Pick<Parameters<typeof deliverPending>[0], 'until'> & Partial<Parameters<typeof deliverPending>[0]>,
) => ReturnType<typeof deliverPending>;

async function withProject<Result>(
  url: string,
  work: (project: { state: State; deliver: Deliver }) => Promise<Result>,
): Promise<Result> {
  const dir = mkdtempSync(join(tmpdir(), 'amp-bench-'));
  const state = openState(dir);
  const credentials = createMemoryStore();
  await addDestination(
    { db: state.db, credentials: async () => credentials, clock: systemClock },
    { name: 'crm', kind: 'webhook', url, headers: {}, allowPrivateNetwork: true },
  );
  try {
    return await work({
      state,
      deliver: (options) =>
        deliverPending({ state, credentials, clock: systemClock, ratePerSecond: unlimited, ...options }),
    });
  } finally {
    state.close();
    rmSync(dir, { recursive: true, force: true });
  }
}

interface Receiver {
  url: string;
  /** Arrival times since the last call, epoch milliseconds, ascending. */
  arrivals(): Promise<number[]>;
  stop(): void;
}

async function startReceiver(delayMs: number): Promise<Receiver> {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'delivery/receiver.mjs')], {
    env: { DELAY_MS: String(delayMs) },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const port = await new Promise<string>((resolve) =>
    child.stdout.once('data', (chunk) => resolve(String(chunk).trim())),
  );
  const url = `http://127.0.0.1:${port}/`;
  return {
    url,
    arrivals: async () => ((await (await fetch(url)).json()) as { arrivals: number[] }).arrivals,
    stop: () => child.kill(),
  };
}

// `npx tsx scripts/soak-subscribe.ts [minutes=30] [events a second=50]`: the built amp tail follows an emulated org through a line that
// breaks every few seconds, sometimes in the middle of an answer; now and then the org forgets its client. Ends with 1 when an
// event is lost or the memory of amp tail keeps growing. Run `npm run build` first.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { startEmulator } from '../src/providers/salesforce/emulator/start.ts';

const minutes = Number(process.argv[2] ?? 30);
const perSecond = Number(process.argv[3] ?? 50);
const mostGrowthMb = 20;

const emulator = await startEmulator({ org: { path: ':memory:', seed: 'empty' } });
emulator.settings.dailyEvents = Number.MAX_SAFE_INTEGER;
const line = await openLine(Number(new URL(emulator.url).port));
const home = mkdtempSync(join(tmpdir(), 'amp-soak-'));
const tail = spawn(process.execPath, ['bin/amp.js', 'tail', 'contact', '--select', '--json'], {
  env: {
    PATH: process.env.PATH,
    HOME: home,
    AMP_STATE_DIR: join(home, 'state'),
    AMP_ORG_ACCESS_TOKEN: emulator.signIn().accessToken,
    AMP_ORG_INSTANCE_URL: `http://127.0.0.1:${line.port}`,
  },
  stdio: ['ignore', 'pipe', 'pipe'],
});
await said(tail, 'Following');

const waiting = new Set<string>();
const sent = { events: 0, arrived: 0, repeated: 0, cuts: 0, forgotten: 0 };
const other: string[] = [];
createInterface({ input: tail.stdout! }).on('line', (text) => {
  if (!text.startsWith('{"')) return void other.push(text);
  const { raw } = JSON.parse(text) as { raw?: { Id: string } };
  if (!raw) return;
  if (waiting.delete(raw.Id)) sent.arrived++;
  else sent.repeated++;
});
const ended = once(tail, 'close').then(() => {
  if (other.length > 0) console.log(other.join('\n'));
});

const started = performance.now();
const rssMb: number[] = [];
const elapsedS = () => (performance.now() - started) / 1000;
let nextCutS = 2;
let nextSampleS = 10;
while (elapsedS() < minutes * 60) {
  await pause(20);
  while (sent.events < elapsedS() * perSecond) commit();
  if (elapsedS() > nextCutS) {
    line.cut();
    sent.cuts++;
    nextCutS += 1 + Math.random() * 5;
    if (Math.random() < 0.1) {
      emulator.world.bayeux.forgetClients();
      sent.forgotten++;
    }
  }
  if (elapsedS() > nextSampleS) {
    rssMb.push(rssOf(tail));
    nextSampleS += 10;
    if (rssMb.length % 6 === 0) report();
  }
}
for (let waitedMs = 0; waiting.size > 0 && waitedMs < 60_000; waitedMs += 100) await pause(100);
report();
tail.kill('SIGINT');
await ended;
line.close();
await emulator.stop();
rmSync(home, { recursive: true, force: true });

// The first half warms up: what it took is what it needs.
const middle = Math.floor(rssMb.length / 2);
const growthMb = Math.max(...rssMb.slice(middle)) - Math.max(...rssMb.slice(0, Math.max(1, middle)));
console.log(`lost ${waiting.size}, memory of the second half over the first ${growthMb.toFixed(1)} MB`);
process.exitCode = waiting.size === 0 && growthMb <= mostGrowthMb ? 0 : 1;

function commit(): void {
  emulator.org.commit({ userId: emulator.org.adminUserId, changeOrigin: '' }, (transaction) => {
    const result = transaction.insert('Contact', { LastName: `Soak ${sent.events}` });
    if (result.success) waiting.add(result.id);
  });
  sent.events++;
}

function report(): void {
  const { events, arrived, repeated, cuts, forgotten } = sent;
  console.log(
    `${Math.round(elapsedS())} s: ${events} committed, ${arrived} arrived, ${repeated} repeated, ${cuts} cuts, forgotten ${forgotten} times, ${rssMb.at(-1)?.toFixed(0)} MB`,
  );
}

/** A TCP relay whose connections can all be cut at once. */
async function openLine(targetPort: number) {
  const sockets = new Set<Socket>();
  const server = createServer((near) => {
    const far = connect(targetPort, '127.0.0.1');
    for (const [one, other] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(one);
      one.pipe(other);
      // A cut is what this is about.
      one.on('error', () => {});
      one.on('close', () => {
        sockets.delete(one);
        other.destroy();
      });
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    cut: () => {
      for (const socket of sockets) socket.resetAndDestroy();
    },
    close: () => {
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  };
}

function rssOf({ pid }: ChildProcess): number {
  return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024;
}

async function said(child: ChildProcess, word: string): Promise<void> {
  let text = '';
  await new Promise<void>((resolve, reject) => {
    child.stderr!.on('data', (chunk) => {
      text += chunk;
      if (text.length < 100_000 && text.includes(word)) resolve();
    });
    child.once('close', () => reject(new Error(text)));
  });
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

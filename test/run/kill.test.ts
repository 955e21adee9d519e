import { afterEach, expect, test } from 'vitest';
import { everyTenMinutes, fullBackfill, runManifest } from './manifests.ts';
import { inState, type Rig, selectForEvents, startRig, until } from './rig.ts';

// By script: AMP_KILLS=100 npx vitest run test/run/kill.
const kills = Number(process.env.AMP_KILLS ?? 6);
const seed = Number(process.env.AMP_SEED ?? 1);

let rig: Rig | undefined;
afterEach(() => rig?.stop());

test(`LIFE-8 after ${kills} kills at random moments of a whole run the receiver has every record and every event`, async () => {
  const before = [everyTenMinutes('account', fullBackfill)];
  const after = [...before, everyTenMinutes('lead', `enabled: always, ${fullBackfill}`)];
  const subscribed = ['account'];
  rig = await startRig({ speed: 120, manifest: runManifest(before, subscribed), records: { Account: 300, Lead: 100 } });
  const { amp, emulator, receiver } = rig;
  const random = seededRandom(seed);
  await selectForEvents(rig, 'Account');
  await amp.json(['install', 'crm', '--group', 'quayline', '--org', 'acme']);
  // One in ten messages is taken and not acknowledged.
  receiver.answer = (entry, response) => {
    if (random() < 0.1) return void response.destroy();
    entry.status = 204;
    response.writeHead(204).end();
  };
  const changing = startChanges(rig, random);
  const env = { AMP_DELIVERY_SCHEDULE: Array(12).fill('5s').join(',') };
  for (let killed = 0; killed < kills; killed++) {
    const run = rig.run([], env);
    // From Node's start to some ticks into the run.
    await new Promise((resolve) => setTimeout(resolve, 500 + 3_500 * random()));
    // A deploy beside the runner, at times killed with it.
    const deploy = killed % 3 === 1 ? deployOther(rig, killed % 2 === 1 ? after : before, subscribed) : undefined;
    await run.stop('SIGKILL');
    await deploy;
  }
  changing.stop();
  amp.write(runManifest(after, subscribed));
  await amp.json(['deploy', '--yes', '--on-removed', 'keep']);

  const run = rig.run([], env);
  // Everything may have arrived before the last kill: a process that has only begun would end by the signal itself.
  await run.says('runs revision');
  const sent: Sent = { read: 0, versions: new Map(), events: new Set() };
  const isDone = () => findMissing(rig!, sent).length === 0;
  await until(isDone, 'everything is delivered', 120_000, 2_000).catch((error) => {
    throw new Error(`${error.message}\n${explainMissing(rig!, findMissing(rig!, sent))}\n${run.stderr()}`);
  });
  expect((await run.stop()).code).toBe(143);
  // The same id is the same message, byte for byte.
  const bodies = new Map<string, Buffer>();
  for (const { id, body } of receiver.received) {
    expect(bodies.get(id) === undefined || bodies.get(id)!.equals(body)).toBe(true);
    bodies.set(id, body);
  }
  inState(rig, ({ db }) => {
    expect(db.prepare('PRAGMA integrity_check').get()).toEqual({ integrity_check: 'ok' });
    expect(db.prepare("SELECT count(*) AS dead FROM outbox WHERE state = 'dead'").get()).toEqual({ dead: 0 });
  });
  expect(emulator.world.grants.selfInflicted).toBe(0);
}, 600_000);

async function deployOther({ amp }: Rig, reads: readonly string[], subscribed: readonly string[]): Promise<void> {
  amp.write(runManifest(reads, subscribed));
  await amp.amp(['deploy', '--yes', '--on-removed', 'keep']);
}

/** People at work in the org: records come, change and go until told to stop. */
function startChanges({ emulator }: Rig, random: () => number): { stop(): void } {
  const { org } = emulator;
  const made: string[] = [];
  const timer = setInterval(() => {
    org.commit({ userId: org.adminUserId, changeOrigin: '' }, (transaction) => {
      const choice = random();
      const known = made[Math.floor(random() * made.length)];
      if (choice < 0.5 || known === undefined) {
        const result = transaction.insert('Account', { Name: `Made ${made.length}` });
        if (result.success) made.push(result.id);
      } else if (choice < 0.9) transaction.update('Account', known, { Phone: String(Math.floor(random() * 1e9)) });
      else {
        transaction.delete('Account', known);
        made.splice(made.indexOf(known), 1);
      }
    });
  }, 60);
  return { stop: () => clearInterval(timer) };
}

/** What the org knows and the receiver was not sent: records in their last version, and each event. */
function findMissing({ emulator, receiver }: Rig, sent: Sent): string[] {
  const missing: string[] = [];
  readSent(receiver.received, sent);
  const { org } = emulator;
  const read = { userId: org.adminUserId, apiVersion: '66.0' };
  for (const object of ['Account', 'Lead']) {
    const query = org.query(`SELECT Id, SystemModstamp FROM ${object}`, read);
    for (const row of query.read(0, 100_000)) {
      const stamp = Date.parse(String(row.SystemModstamp).replace('+0000', 'Z'));
      if ((sent.versions.get(String(row.Id)) ?? 0) < stamp) missing.push(`${object} ${row.Id}`);
    }
  }
  for (const entry of emulator.ledger()) {
    if (entry.object !== 'Account') continue;
    const key = `${entry.recordId}:${entry.transactionKey}`;
    if (!sent.events.has(key)) missing.push(`${entry.kind} ${key}`);
  }
  return missing;
}

/** What is known of the first few of them, for whoever has to find out. */
function explainMissing(world: Rig, missing: readonly string[]): string {
  const id = /[0-9A-Za-z]{18}/.exec(missing[0]!)![0];
  const changes = world.emulator.ledger().filter(({ recordId }) => recordId === id);
  const messages = world.receiver.received.filter(({ body }) => body.includes(id));
  return [
    `${missing.length} missing, such as ${missing.slice(0, 3).join(', ')} and ${missing.at(-1)}`,
    ...changes.map(({ kind, at, transactionKey }) => `  ${id} ${kind} at ${at} in ${transactionKey}`),
    ...messages.map(({ body, status, id: message }) => {
      const { action, readType, operationTime } = JSON.parse(body.toString());
      return `  ${message} ${action} ${readType ?? ''} ${operationTime ?? ''} answered ${status}`;
    }),
  ].join('\n');
}

interface ReceivedEntry {
  raw?: { Id?: string; SystemModstamp?: string };
  rawEvent?: { ChangeEventHeader?: { recordId?: string; transactionKey?: string } };
}

/** What the receiver acknowledged; each message is read once, since emulator and receiver live in this process, too. */
interface Sent {
  read: number;
  versions: Map<string, number>;
  events: Set<string>;
}

function readSent(received: Rig['receiver']['received'], sent: Sent): void {
  // The newest may still be without an answer.
  for (; sent.read < received.length && received[sent.read]!.status !== 0; sent.read++) {
    const { body, status } = received[sent.read]!;
    if (status !== 204) continue;
    const message = JSON.parse(body.toString()) as { result?: ReceivedEntry[] };
    for (const { raw, rawEvent } of message.result ?? []) {
      if (raw?.Id && raw.SystemModstamp) {
        const stamp = Date.parse(raw.SystemModstamp.replace('+0000', 'Z'));
        sent.versions.set(raw.Id, Math.max(stamp, sent.versions.get(raw.Id) ?? 0));
      }
      const header = rawEvent?.ChangeEventHeader;
      if (header) sent.events.add(`${header.recordId}:${header.transactionKey}`);
    }
  }
}

/** mulberry32. */
function seededRandom(from: number): () => number {
  let state = from >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

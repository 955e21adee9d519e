import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createMemoryStore } from '../../src/credentials/memory.ts';
import { addDestination } from '../../src/destinations/add-destination.ts';
import { systemClock } from '../../src/platform/clock.ts';
import { openState } from '../../src/store/state.ts';
import { runAndSignal, runKillLoop, seededRandom } from './kill-loop.ts';
import { startReadWorld, type TestWorld } from './read-world.ts';

// AMP_KILLS and AMP_SEED make the long run: `AMP_KILLS=1000 npx vitest run test/read/kill`.
const kills = Number(process.env.AMP_KILLS ?? 100);
const seed = Number(process.env.AMP_SEED ?? 7);
const timeoutMs = 60_000 + kills * 3_000;
const contacts = 3000;
let world: TestWorld;

beforeAll(async () => {
  world = await startReadWorld({ records: { Account: 5, Contact: contacts }, frozenClock: true });
  // Slow enough that most kills fall between two pages.
  world.emulator.faults.add({ match: { pattern: '/results' }, effect: { kind: 'slow-answer', ms: 2 }, count: 0 });
});
afterAll(() => world.stop());

function environment(folder: string): Record<string, string> {
  return {
    AMP_ORG_INSTANCE_URL: world.emulator.url,
    AMP_ORG_CLIENT_ID: world.emulator.clientId,
    AMP_ORG_CLIENT_SECRET: world.emulator.clientSecret,
    AMP_STATE_DIR: join(folder, 'state'),
    HOME: folder,
  };
}

const common = [
  'backfill',
  'Contact',
  '--full',
  '--api',
  'bulk',
  '--page-rows',
  '300',
  '--quiet',
  '--field',
  'LastName',
  '--field',
  'Description',
];

test.concurrent(`READ-20 READ-38 K4 a file is byte for byte the same after ${kills / 2} kills`, {
  timeout: timeoutMs,
}, async () => {
  const folder = mkdtempSync(join(tmpdir(), 'amp-kill-'));
  const [whole, disturbed] = [join(folder, 'whole.ndjson'), join(folder, 'disturbed.ndjson')];
  const env = environment(folder);
  await runKillLoop({ args: [...common, '--output', whole], env, random: () => 0, kills: 0 });
  const truth = hash(whole);
  expect(readFileSync(whole, 'utf8').split('\n').length - 1).toBe(contacts);
  const result = await runKillLoop({
    args: [...common, '--output', disturbed],
    env,
    random: seededRandom(seed),
    kills: kills / 2,
    // A file somebody cut or wrote behind the committed end does not matter either.
    beforeRun: (run) => run % 10 === 0 && writeFileSync(disturbed, 'torn line without an end', { flag: 'a' }),
  });
  expect(result.kills).toBe(kills / 2);
  expect(hash(disturbed)).toBe(truth);
});

test.concurrent(`READ-20 K1 messages reach their folder without loss or change over ${kills / 2} kills`, {
  timeout: timeoutMs,
}, async () => {
  const folder = mkdtempSync(join(tmpdir(), 'amp-kill-'));
  const inbox = join(folder, 'inbox');
  mkdirSync(inbox);
  const state = openState(join(folder, 'state'));
  await addDestination(
    { db: state.db, clock: systemClock, credentials: async () => createMemoryStore() },
    { name: 'inbox', kind: 'file', folder: inbox },
  );
  const result = await runKillLoop({
    args: [...common, '--deliver', '--destination', 'inbox'],
    env: environment(folder),
    random: seededRandom(seed + 1),
    kills: kills / 2,
  });
  expect(result.kills).toBe(kills / 2);

  const rows = state.db
    .prepare('SELECT o.id, o.operation_id AS operation, o.state, b.body FROM outbox o JOIN outbox_bodies b USING (seq)')
    .all<{
      id: string;
      operation: string;
      state: string;
      body: Uint8Array;
    }>();
  expect(rows.length).toBeGreaterThan(0);
  expect(rows.every((row) => row.state === 'delivered')).toBe(true);
  // Every read that ended delivered every record once.
  const ended = state.db.prepare("SELECT id FROM operations WHERE status = 'success'").all<{ id: string }>();
  expect(ended.length).toBeGreaterThan(0);
  for (const { id } of ended) {
    const records = rows
      .filter(({ operation }) => operation === id)
      .flatMap(({ body }) => JSON.parse(Buffer.from(body).toString()).result as { raw: { Id: string } }[]);
    expect(records.length).toBe(contacts);
    expect(new Set(records.map(({ raw }) => raw.Id)).size).toBe(contacts);
  }
  state.close();
});

test('READ-38 after Ctrl-C the same command ends the file with every record once', { timeout: 60_000 }, async () => {
  const folder = mkdtempSync(join(tmpdir(), 'amp-kill-'));
  const path = join(folder, 'out.ndjson');
  const run = { args: [...common, '--output', path], env: environment(folder) };
  const hits = () => world.emulator.faults.list().reduce((sum, { hits }) => sum + hits, 0);
  const before = hits();
  const stopped = await runAndSignal(run, 'SIGINT', () =>
    expect.poll(hits, { timeout: 30_000, interval: 2 }).toBeGreaterThan(before + 2),
  );
  expect(stopped.code).toBe(130);
  await runKillLoop({ ...run, random: () => 0, kills: 0 });
  const ids = readFileSync(path, 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line).raw.Id);
  expect([ids.length, new Set(ids).size]).toEqual([contacts, contacts]);
});

function hash(path: string): string {
  return createHash('sha256').update(readFileSync(path)).digest('hex');
}

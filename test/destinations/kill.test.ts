import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import { afterEach, beforeAll, describe, expect, test } from 'vitest';
import { createMemoryStore } from '../../src/credentials/memory.ts';
import type { OutboxMessage } from '../../src/destinations/destination.ts';
import { secretAccount } from '../../src/destinations/destination-secrets.ts';
import { createOutbox } from '../../src/destinations/outbox.ts';
import { openState } from '../../src/store/state.ts';
import { openProject } from './project.ts';
import { type Answer, type Receiver, startReceiver } from './receiver.ts';

// By script: AMP_KILLS=1000 npx vitest run test/destinations/kill.
const kills = Number(process.env.AMP_KILLS ?? 12);
const root = join(import.meta.dirname, '../..');
const childDir = mkdtempSync(join(tmpdir(), 'amp-child-'));
const childFile = join(childDir, 'deliver-child.mjs');

beforeAll(async () => {
  // Beside a node_modules of its own, so that the native SQLite binding is found.
  symlinkSync(join(root, 'node_modules'), join(childDir, 'node_modules'));
  await build({
    entryPoints: [join(import.meta.dirname, 'deliver-child.ts')],
    outfile: childFile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    external: ['keytar', '@photostructure/sqlite'],
    banner: { js: "import{createRequire as r}from'node:module';const require=r(import.meta.url);" },
    logLevel: 'warning',
  });
});

let receiver: Receiver;
afterEach(() => receiver.close());

async function prepare(count: number, answer: number | Answer = 204) {
  receiver = await startReceiver(answer);
  const dir = mkdtempSync(join(tmpdir(), 'amp-kill-'));
  const state = openState(dir);
  const credentials = createMemoryStore();
  const project = openProject({ state, credentials });
  const { id } = await project.addWebhook('crm', receiver.url);
  const secrets = JSON.stringify({ [secretAccount({ id })]: (await credentials.get(secretAccount({ id })))!.reveal() });
  const stored = project.store(
    Array.from({ length: count }, (_, i) => ({
      orderKey: `object ${i % 4}`,
      body: Buffer.from(JSON.stringify({ i, text: 'ü'.repeat(i % 50) })),
      ...(i % 4 === 3 ? { overlap: 'op_1' } : {}),
    })),
  );
  state.close();
  return { dir, secrets, stored };
}

function startChild({ dir, secrets }: { dir: string; secrets: string }): ChildProcess {
  return spawn(process.execPath, [childFile, dir, secrets], { stdio: ['ignore', 'pipe', 'inherit'] });
}

function ended(child: ChildProcess): Promise<{ code: number | null; output: string }> {
  let output = '';
  child.stdout!.on('data', (chunk) => {
    output += chunk;
  });
  return new Promise((resolve) => child.on('close', (code) => resolve({ code, output })));
}

function checkDelivered(dir: string, stored: readonly OutboxMessage[]): { duplicates: number } {
  const bodies = new Map(stored.map(({ id, body }) => [id, Buffer.from(body)]));
  for (const { id, body } of receiver.received) expect(body.equals(bodies.get(id)!), id).toBe(true);
  const accepted = receiver.accepted();
  const firsts = [...new Set(accepted)];
  expect(firsts.length).toBe(stored.length);
  for (const lane of ['object 0', 'object 1', 'object 2']) {
    const sent = stored.filter(({ orderKey }) => orderKey === lane).map(({ id }) => id);
    expect(firsts.filter((id) => sent.includes(id))).toEqual(sent);
  }
  const state = openState(dir);
  expect(createOutbox(state.db).backlog()).toEqual({ pending: 0, delivered: stored.length, dead: 0 });
  expect(state.db.prepare('PRAGMA integrity_check').get()).toMatchObject({ integrity_check: 'ok' });
  state.close();
  return { duplicates: accepted.length - firsts.length };
}

describe('delivery that is killed', () => {
  test(`K2 ${kills} SIGKILLs at random moments: nothing lost, the same id has the same bytes, order is kept`, {
    timeout: 120_000 + kills * 10_000,
  }, async () => {
    const perLife = 40;
    const work = await prepare((kills + 1) * perLife);
    for (let kill = 0; kill < kills; kill++) {
      const before = receiver.received.length;
      const child = startChild(work);
      const end = ended(child);
      // Somewhere in this life's work: before the first message, in the middle, or between an answer and its record.
      const after = Math.floor(Math.random() * perLife);
      await expect
        .poll(() => receiver.received.length - before, { interval: 1, timeout: 60_000 })
        .toBeGreaterThanOrEqual(after);
      child.kill('SIGKILL');
      await end;
    }
    expect(await ended(startChild(work))).toMatchObject({ code: 0 });
    const { duplicates } = checkDelivered(work.dir, work.stored);
    // At most what was on its way or not yet written down: 512 attempts and 50 ms a life.
    expect(duplicates).toBeLessThanOrEqual(kills * (4 * 8 + 512));
  });

  test('K2 killed while the receiver holds its answer: sent again with the same id and bytes', {
    timeout: 120_000,
  }, async () => {
    let hold = true;
    const work = await prepare(4, (_, response) => {
      if (!hold) response.writeHead(200).end();
    });
    const child = startChild(work);
    const end = ended(child);
    await expect.poll(() => receiver.received.length, { interval: 2, timeout: 60_000 }).toBe(4);
    child.kill('SIGKILL');
    await end;
    hold = false;
    expect(await ended(startChild(work))).toMatchObject({ code: 0 });
    expect(receiver.received).toHaveLength(8);
    checkDelivered(work.dir, work.stored);
  });

  test('P1 three processes at once send every message once, in order', { timeout: 120_000 }, async () => {
    const work = await prepare(600);
    const ends = await Promise.all([0, 1, 2].map(() => ended(startChild(work))));
    expect(ends.map(({ code }) => code)).toEqual([0, 0, 0]);
    expect(receiver.received).toHaveLength(600);
    expect(checkDelivered(work.dir, work.stored).duplicates).toBe(0);
  });
});

import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { AmpError } from '../../src/errors/amp-error.ts';
import { readObject, startReadWorld, type TestWorld } from './read-world.ts';

const object = readObject('contact', ['Id', 'LastName', 'Description', 'Score__c']);
const full = { readType: 'backfill', period: { full: true } } as const;
const sorted = (text: string) => text.split('\n').filter(Boolean).sort();

/** Server-side traps of the emulator's catalogue that a read may meet. `skip` lets sign-in and describe through. */
const faults = [
  'session-expired',
  'sessions-end',
  'daily-limit',
  'concurrent-limit',
  'too-many-requests',
  'too-many-requests-retry-after',
  'server-unavailable',
  'error-500-html',
  'error-502-html',
  'error-503-html',
  'no-edge-route',
  'not-acceptable-empty',
  'login-page',
  'garbled-json',
  'redirect-away',
  'next-page-elsewhere',
  'lost-answer',
  'cut-fin',
  'cut-rst',
  'short-page',
  'empty-page',
  'wrong-count',
  'no-count',
  'no-locator',
  'repeated-locator',
  'locators-expire',
  'jobs-expire',
  'jobs-fail',
];

describe.each(['rest', 'bulk'] as const)('backfill by %s', (api) => {
  let world: TestWorld;
  let truth: string[];
  beforeAll(async () => {
    world = await startReadWorld({ records: { Account: 5, Contact: 4500 } });
    truth = sorted((await world.read({ object, ...full, api })).text);
  });
  afterAll(() => world.stop());
  beforeEach(() => world.emulator.faults.clear());

  test.each(faults.flatMap((name) => [0, 2, 4].map((skip) => [name, skip] as const)))(
    '%s after %d calls: everything arrives, or the operation fails loudly',
    async (name, skip) => {
      world.emulator.faults.add({ name, skip, count: 1 });
      let result: Awaited<ReturnType<TestWorld['read']>>;
      try {
        result = await world.read({ object, ...full, api });
      } catch (error) {
        expect(error).toBeInstanceOf(AmpError);
        const last = world.state.db.prepare('SELECT status FROM operations ORDER BY number DESC LIMIT 1').get();
        expect(last).not.toMatchObject({ status: 'in_progress' });
        // A sign-in that ended for good is ended for the next test too.
        if (isSignIn(error)) await renew();
        return;
      }
      expect(sorted(result.text)).toEqual(truth);
    },
  );

  async function renew(): Promise<void> {
    await world.stop();
    world = await startReadWorld({ records: { Account: 5, Contact: 4500 } });
    truth = sorted((await world.read({ object, ...full, api })).text);
  }
});

test('locators of another form are followed as they came', async () => {
  const world = await startReadWorld({ records: { Account: 5, Contact: 450 } });
  const truth = sorted((await world.read({ object, ...full, api: 'bulk' })).text);
  Object.assign(world.emulator.world.settings, { bulkLocators: 'random', bulkPageRows: 100 });
  const { text } = await world.read({ object, ...full, api: 'bulk' });
  expect(sorted(text)).toEqual(truth);
  expect(truth).toHaveLength(450);
  await world.stop();
});

describe('incremental', () => {
  test.each(faults)('%s: what failed comes with the next read', async (name) => {
    const world = await startReadWorld();
    const scheduled = { object, readType: 'scheduled' } as const;
    await world.read(scheduled);
    const made = new Set<string>();
    const delivered = new Set<string>();
    for (let round = 0; round < 3; round++) {
      world.org.clock.advance(120_000);
      for (let i = 0; i < 5; i++) {
        const result = world.org.commit({ userId: world.org.adminUserId, changeOrigin: '' }, (transaction) =>
          transaction.insert('Contact', { LastName: `Row ${round} ${i}` }),
        );
        if (result.success) made.add(result.id);
      }
      world.emulator.faults.add({ name, skip: round, count: 1 });
      try {
        for (const { raw } of (await world.read(scheduled)).lines) delivered.add(String(raw.Id));
      } catch (error) {
        expect(error).toBeInstanceOf(AmpError);
        if (isSignIn(error)) {
          await world.stop();
          return;
        }
      }
      world.emulator.faults.clear();
    }
    for (const { raw } of (await world.read(scheduled)).lines) delivered.add(String(raw.Id));
    expect(delivered).toEqual(made);
    await world.stop();
  });
});

/** The sign-in is over: the access token of these tests cannot be renewed. */
function isSignIn(error: unknown): boolean {
  return error instanceof AmpError && /^(?:org|credential)-/.test(error.code);
}

import { expect, test } from 'vitest';
import { createMemoryStore } from '../../src/credentials/memory.ts';
import { createMemoryRegistry } from '../../src/orgs/registry.ts';
import { systemClock } from '../../src/platform/clock.ts';
import { connectSalesforce } from '../../src/providers/salesforce/connect.ts';
import { startEmulator } from '../../src/providers/salesforce/index.ts';

test('streams that wait at the org leave the slots to other calls, however many follow it', async () => {
  const emulator = await startEmulator({});
  try {
    const org = {
      id: `${emulator.orgId}:${emulator.userId}`,
      alias: 'acme',
      provider: 'salesforce' as const,
      orgId: emulator.orgId,
      userId: emulator.userId,
      username: emulator.username,
      isSandbox: false,
      isEmulator: true,
      loginUrl: emulator.url,
      instanceUrl: emulator.url,
      apiVersion: '66.0',
      flow: 'access-token' as const,
      credentialStore: 'memory' as const,
      status: 'connected' as const,
      createdAt: '2026-01-01T00:00:00.000Z',
      updatedAt: '2026-01-01T00:00:00.000Z',
    };
    const client = await connectSalesforce({
      org,
      credentials: createMemoryStore(),
      registry: createMemoryRegistry([org]),
      clock: systemClock,
      maxConcurrentRequests: 1,
      tokens: {
        version: 1,
        generation: 1,
        instanceUrl: emulator.url,
        obtainedAt: Date.now(),
        dataKey: Buffer.alloc(32, 7).toString('base64'),
        accessToken: emulator.signIn().accessToken,
      },
    });
    // Held by the org until the test is over.
    emulator.faults.add({ match: { pattern: '/limits' }, effect: { kind: 'delay', ms: 60_000 }, count: 3 });
    const stop = new AbortController();
    const polls = [1, 2, 3].map(() => client.stream({ path: 'limits', longPoll: true, signal: stop.signal }));
    const { status } = await client.json({ path: 'sobjects' });
    expect(status).toBe(200);
    stop.abort();
    for (const poll of polls) await expect(poll).rejects.toThrow();
  } finally {
    await emulator.stop();
  }
});

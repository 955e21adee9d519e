// One process that delivers what the state folder holds, for the tests that kill it. argv: state folder, secrets as JSON by account.
import { createMemoryStore } from '../../src/credentials/memory.ts';
import { Secret } from '../../src/credentials/secret.ts';
import { deliverPending } from '../../src/destinations/sender/deliver-pending.ts';
import { systemClock } from '../../src/platform/clock.ts';
import { openState } from '../../src/store/state.ts';

const [dir, secrets] = process.argv.slice(2) as [string, string];
const credentials = createMemoryStore();
for (const [account, secret] of Object.entries(JSON.parse(secrets) as Record<string, string>)) {
  await credentials.set(account, new Secret(secret));
}
const state = openState(dir);
const summary = await deliverPending({
  state,
  credentials,
  clock: systemClock,
  until: 'drained',
  limitMs: 30_000,
  pollMs: 20,
  ratePerSecond: 100_000,
  schedule: { delaysMs: [20, 20, 20, 20, 20, 20, 20], busyFloorMs: 0, jitter: 0 },
});
state.close();
process.stdout.write(JSON.stringify(summary));

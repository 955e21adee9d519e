import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { expect, test } from 'vitest';

const seeds = process.env.AMP_TEST_SEEDS ?? '500';
const firstSeed = process.env.AMP_TEST_FIRST_SEED ?? '1';

// In processes of their own, one a core: what a world leaves in memory goes with them.
test(`${seeds} worlds of thirty days with org faults, sleeps, kills, restarts and deploys: nothing is lost, doubled or wrong`, async () => {
  const script = spawn(process.execPath, ['--import', 'tsx', 'scripts/simulate.ts', seeds, firstSeed], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [said, [exit]] = await Promise.all([text(script.stdout), once(script, 'exit')]);
  expect({ exit, said }).toEqual({ exit: 0, said: expect.stringContaining('0 broken') });
}, 7_200_000);

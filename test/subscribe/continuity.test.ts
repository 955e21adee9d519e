import { expect, test } from 'vitest';
import { runWorld } from './continuity-world.ts';

const seeds = 2_000;

// scripts/subscribe-seeds.ts runs as many more as one likes.
test(`${seeds.toLocaleString('en')} worlds with merges, gaps, overflow, lost answers, deselected objects, expiry, retention and kills: what was delivered equals what is true`, async () => {
  const wrong: number[] = [];
  for (let seed = 1; seed <= seeds; seed++) if (!(await runWorld(seed))) wrong.push(seed);
  expect(wrong).toEqual([]);
}, 600_000);

import { expect, test } from 'vitest';
import { live } from './live.ts';

const seeds = Number(process.env.AMP_TEST_SEEDS ?? 100);
const firstSeed = Number(process.env.AMP_TEST_FIRST_SEED ?? 1);

test(`${seeds.toLocaleString('en')} worlds of thirty days with org faults, sleeps, kills, restarts and deploys: nothing is lost, doubled or wrong`, async () => {
  for (let seed = firstSeed; seed < firstSeed + seeds; seed++) {
    const { findings, trace, said } = await live(seed);
    const about = () => [...trace.slice(-30), ...said.slice(-30)].join('\n');
    const name = `seed ${seed} (AMP_TEST_FIRST_SEED=${seed} AMP_TEST_SEEDS=1)`;
    expect(findings.slice(0, 5), findings.length > 0 ? `${name}\n${about()}` : name).toEqual([]);
  }
}, 7_200_000);

test('the same seed is the same world', async () => {
  const [first, second] = [await live(7), await live(7)];
  expect(second).toEqual(first);
}, 60_000);

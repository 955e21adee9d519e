import { expect, test } from 'vitest';
import { live } from './live.ts';

const seeds = Number(process.env.AMP_TEST_SEEDS ?? 50);
const firstSeed = Number(process.env.AMP_TEST_FIRST_SEED ?? 1);

test(`${seeds.toLocaleString('en')} worlds of thirty days with org faults, sleeps, kills, restarts and deploys: I1 to I8 hold`, async () => {
  for (let seed = firstSeed; seed < firstSeed + seeds; seed++) {
    const { findings, trace, said } = await live(seed);
    const about = () => [...trace.slice(-20), ...said.slice(-20)].join('\n');
    expect(
      findings.slice(0, 5),
      `seed ${seed} (AMP_TEST_FIRST_SEED=${seed} AMP_TEST_SEEDS=1)\n${findings.length > 0 ? about() : ''}`,
    ).toEqual([]);
  }
}, 3_600_000);

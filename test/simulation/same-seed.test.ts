import { expect, test } from 'vitest';
import { live } from './live.ts';

test('the same seed is the same world', async () => {
  const [first, second] = [await live(7), await live(7)];
  expect(second).toEqual(first);
}, 60_000);

import { expect, it } from 'vitest';
import { parseSpan } from '../../src/platform/moment.ts';

const now = Date.parse('2026-02-03T09:00:00Z');

it('a span is two moments, either of them open', () => {
  expect(parseSpan({}, now)).toEqual({});
  expect(parseSpan({ since: '2h', until: '2026-02-03T08:30:00Z' }, now)).toEqual({
    since: now - 7_200_000,
    until: now - 1_800_000,
  });
});

it('an empty time, as an unset variable of a script gives, is refused and not taken for none', () => {
  expect(() => parseSpan({ since: '' }, now)).toThrow('"" is not a time');
});

it('a span that ends before it begins is refused: nothing could ever match', () => {
  expect(() => parseSpan({ since: '2h', until: '3h' }, now)).toThrow('--until 3h is not after --since 2h');
});

it('long ago begins in 1970, which every org can be asked for', () => {
  expect(parseSpan({ since: '999999999d' }, now)).toEqual({ since: 0 });
});

import { afterEach, expect, test } from 'vitest';
import { fullTimeText, zoneText } from '../../src/output/time-text.ts';

const winter = Date.parse('2026-02-03T08:15:02Z');
const zoneBefore = process.env.TZ;
afterEach(() => {
  if (zoneBefore === undefined) delete process.env.TZ;
  else process.env.TZ = zoneBefore;
});

test.each([
  ['UTC', 'UTC'],
  ['Europe/Berlin', 'UTC+1'],
  ['Asia/Kolkata', 'UTC+5:30'],
  ['America/St_Johns', 'UTC-3:30'],
])('in %s a zone is told as its distance to UTC: %s', (zone, text) => {
  process.env.TZ = zone;
  expect(zoneText(winter)).toBe(text);
  expect(zoneText(winter, { timeZone: 'UTC' })).toBe('UTC');
});

test('a full time has its day, its clock and its zone', () => {
  expect(fullTimeText(winter, { timeZone: 'UTC' })).toBe('Tue 3 Feb 2026 08:15:02 UTC');
});

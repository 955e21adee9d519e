import { existsSync, mkdtempSync, readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { runAmp } from '../cli/run-amp.ts';

test('LIFE-13 amp demo tells the whole story, proves it, and leaves nothing behind', async () => {
  const temporary = mkdtempSync(join(tmpdir(), 'amp-demo-home-'));
  const { code, stdout, stderr } = await runAmp(['demo'], { env: { HOME: temporary, TMPDIR: temporary } });
  expect(code, stderr).toBe(0);
  for (const chapter of [
    'One file says it all',
    'Plan, then deploy',
    'Connect an org',
    'Backfill',
    'What changed since',
    'Something breaks',
    'At 3 a.m.',
  ]) {
    expect(stdout).toContain(chapter);
  }
  expect(stdout).toContain('[schedule-minimum-interval]');
  expect(stdout).toContain('HTTP 500');
  expect(stdout).toMatch(/10,00\d records in \d+ signed messages, 0 wrong signatures, 0 lost/);
  // Plain when piped.
  expect(stdout).not.toContain('\u001b[');
  for (const line of stdout.split('\n')) expect(line.length, line).toBeLessThanOrEqual(100);
  expect(readdirSync(temporary).filter((name) => name.startsWith('amp-demo-'))).toEqual([]);
  expect(existsSync(join(temporary, '.config'))).toBe(false);
}, 120_000);

test('amp demo --json ends in one document', async () => {
  const { code, stdout } = await runAmp(['demo', '--json']);
  expect(code).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({ contacts: 10_000, accounts: 1_000, badSignatures: 0, refused: 2 });
}, 120_000);

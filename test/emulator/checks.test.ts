import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

// Which acceptance checks have an emulator's side, shown by a test named after them, and which are a client's matter alone.

const groups: Record<string, number> = { REST: 22, BULK: 15, SUB: 32, AUTH: 28 };

/** What a server has no part in: the decision, the store or the terminal of our own client. */
const clientsOwn: Record<string, string> = {
  'REST-14': 'one alert a crossing of 80 %',
  'REST-18': 'how many long calls our workers make at once',
  'BULK-1': 'the choice of REST or Bulk',
  'BULK-15': 'our memory; the emulator’s own is in bench/emulator',
  'SUB-10': 'a watched field that is no read field',
  'SUB-13': 'the installation’s selection',
  'SUB-19': 'the same event twice to one receiver',
  'SUB-21': 'our message',
  'SUB-22': 'what is delivered when a refetch finds nothing',
  'SUB-24': 'what tail shows while it waits',
  'SUB-26': 'the output of tail',
  'SUB-28': 'our message',
  'SUB-29': 'an unmapped watch name',
  'SUB-31': 'an app behind --forward-to',
  'SUB-32': 'backfill and subscription together; the hole itself is trap 57',
  'AUTH-5': 'the host that --sandbox names',
  'AUTH-6': 'where our tokens lie',
  'AUTH-7': 'our keychain',
  'AUTH-8': 'when our token counts as old',
  'AUTH-14': 'our process killed with a token in hand',
  'AUTH-17': 'the keys we take',
  'AUTH-25': 'our command line',
  'AUTH-28': 'words of the hosted platform',
};

function testFiles(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    return entry.isDirectory() ? testFiles(path) : entry.name.endsWith('.test.ts') ? [path] : [];
  });
}

test('every REST, BULK, SUB and AUTH check has an emulator’s side by name, or is a client’s own', () => {
  const acceptance = join(import.meta.dirname, '../acceptance');
  const files = [
    ...testFiles(import.meta.dirname),
    ...testFiles(acceptance).filter((path) => /-emulator\./.test(path)),
  ];
  const names = files.flatMap((path) =>
    [...readFileSync(path, 'utf8').matchAll(/test\(\s*'([^']+)/g)].map((m) => m[1]!),
  );
  const shown = new Set(names.flatMap((name) => name.match(/\b(?:REST|BULK|SUB|AUTH)-\d+\b/g) ?? []));
  const wanted = Object.entries(groups).flatMap(([group, count]) =>
    Array.from({ length: count }, (_, i) => `${group}-${i + 1}`),
  );
  expect(wanted.filter((id) => !shown.has(id) && !(id in clientsOwn))).toEqual([]);
  expect(Object.keys(clientsOwn).filter((id) => shown.has(id))).toEqual([]);
});

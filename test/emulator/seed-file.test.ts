import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readSeedFile } from '../../src/providers/salesforce/emulator/seed-file.ts';

function seed(text: string): string {
  const path = join(mkdtempSync(join(tmpdir(), 'amp-seed-')), 'seed.json');
  writeFileSync(path, text);
  return path;
}

test('a seed that would fill nothing is refused with the shape of one that does', () => {
  const records = { Account: [{ Name: 'Acme' }] };
  expect(readSeedFile(seed(JSON.stringify({ records })))).toEqual({ records });
  expect(() => readSeedFile(seed(JSON.stringify(records)))).toThrow(/objects, fields and records, and no "Account"/);
  for (const text of ['[]', 'null', '7', '{']) {
    expect(() => readSeedFile(seed(text))).toThrow(expect.objectContaining({ code: 'emulator-data-invalid' }));
  }
});

import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openDatabase } from '../../src/store/database.ts';
import { migrate } from '../../src/store/migrate.ts';
import { migrations } from '../../src/store/migrations/index.ts';
import { openState } from '../../src/store/state.ts';

// Pragmas that come too late are not refused but ignored: what the file really has is the only proof.
test('a new file has large pages, gives space back, and survives a power cut', () => {
  const db = openDatabase(join(mkdtempSync(join(tmpdir(), 'amp-store-')), 'state.db'));
  const pragma = (name: string) => Object.values(db.prepare(`PRAGMA ${name}`).get()!)[0];
  expect(pragma('page_size')).toBe(16_384);
  expect(pragma('auto_vacuum')).toBe(2);
  expect(pragma('journal_mode')).toBe('wal');
  expect(pragma('synchronous')).toBe(2);
  expect(pragma('wal_autocheckpoint')).toBe(4096);
  db.close();
});

test('a state is opened and read while another process writes, without waiting for it', () => {
  const dir = mkdtempSync(join(tmpdir(), 'amp-store-'));
  const writer = openState(dir).db;
  writer.exec('BEGIN IMMEDIATE');
  const path = join(dir, 'state.db');
  const reader = openDatabase(path, { busyTimeoutMs: 0 });
  migrate(reader, migrations);
  expect(reader.prepare('SELECT count(*) AS rows FROM operations').get()).toEqual({ rows: 0 });
  reader.close();
  writer.exec('ROLLBACK');
  writer.close();
});

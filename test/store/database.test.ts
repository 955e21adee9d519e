import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { openDatabase } from '../../src/store/database.ts';
import { migrate } from '../../src/store/migrate.ts';
import { migrations } from '../../src/store/migrations/index.ts';
import { obstacleAround } from '../../src/store/obstacle.ts';
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

describe('what SQLite calls an I/O error', () => {
  const roomy = { assertWritable: () => {}, freeBytes: () => 1e9 };
  const refused = (code: string) => () => {
    throw Object.assign(new Error(code), { code });
  };

  test('is a full disk when it is full, with the bytes that are left', () => {
    const error = obstacleAround('/p/.amp/state.db', new Error('disk I/O error'), { ...roomy, freeBytes: () => 4096 });
    expect(error).toMatchObject({ code: 'store-full', message: expect.stringMatching(/state\.db: 4096 bytes/) });
  });

  test('is a read-only folder when it is one, and the hint says how to read it all the same', () => {
    for (const code of ['EROFS', 'EACCES']) {
      const error = obstacleAround('/p/.amp/state.db', undefined, { ...roomy, assertWritable: refused(code) });
      expect(error).toMatchObject({ code: 'store-unavailable', hint: expect.stringContaining('AMP_STATE_DIR') });
      expect(error?.message).toMatch(/^\/p\/\.amp /);
    }
  });

  test('stays what SQLite says when the folder is fine, or nobody knows', () => {
    expect(obstacleAround('/p/state.db', undefined, roomy)).toBeUndefined();
    expect(obstacleAround('/p/state.db', undefined, { ...roomy, assertWritable: refused('ENOENT') })).toBeUndefined();
  });
});

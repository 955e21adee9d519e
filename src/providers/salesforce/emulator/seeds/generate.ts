import type { Database } from '../../../../store/database.ts';
import { idChecksum, idMiddle } from '../ids.ts';
import { quoteName } from '../schema/columns.ts';
import type { ObjectDefinition } from '../schema/object.ts';

/**
 * Rows made inside SQLite: one INSERT … SELECT over counted numbers `n`, every choice a hash of `n`, so that a million rows
 * take seconds and the same seed gives the same org.
 */
export interface Generator {
  db: Database;
  seed: number;
  /** Milliseconds, whole seconds: the newest stamp of the seed. */
  now: number;
}

/** `columns` maps field names to SQL over `n` and whatever `from` joins. */
export function generateRows(
  { db }: Generator,
  object: ObjectDefinition,
  count: number,
  columns: Record<string, string>,
  joins = '',
): void {
  if (count <= 0) return;
  const names = Object.keys(columns);
  db.prepareOnce(
    `WITH RECURSIVE numbers(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < ${count})
     INSERT INTO ${quoteName(object.name)} (_row, "Id", ${names.map(quoteName).join(', ')})
     SELECT n, ${idSql(object.keyPrefix, 'n')}, ${names.map((name) => columns[name]).join(', ')} FROM numbers ${joins}`,
  ).run();
}

/** The 18-character id of row `n`: only five digits and one checksum letter depend on it. */
export function idSql(prefix: string, n: string): string {
  const alphabet = `'0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'`;
  const digits = [14_776_336, 238_328, 3844, 62, 1].map((divisor) => `((${n}) / ${divisor} % 62)`);
  const letters = digits.map((digit) => `substr(${alphabet}, ${digit} + 1, 1)`).join(' || ');
  const bits = digits.map((digit, i) => `(${digit} BETWEEN 10 AND 35) * ${1 << i}`).join(' + ');
  const head = prefix + idMiddle;
  const fixed = idChecksum(`${head}00000`).slice(0, 2);
  return `('${head}' || ${letters} || '${fixed}' || substr('ABCDEFGHIJKLMNOPQRSTUVWXYZ012345', ${bits} + 1, 1))`;
}

/** A number below `below` that depends on `n`, the seed and `salt`. */
export function hashSql(seed: number, salt: number, below: number | string, n = 'n'): string {
  const spread = `((${n}) * 48271 + ${(seed * 7919 + salt * 104_729) % 2_147_483_647}) % 2147483647`;
  return `(((${spread}) * (${spread}) % 2147483647 >> 4) % (${below}))`;
}

/** One of a few texts. */
export function pickSql(seed: number, salt: number, values: readonly string[], n = 'n'): string {
  const table = wordTable(values);
  return `(SELECT text FROM temp.${table} WHERE i = ${hashSql(seed, salt, values.length, n)})`;
}

const tables = new Map<string, string>();

/** Named after its content, so that a pick can be written before the table exists. */
export function wordTable(values: readonly string[]): string {
  const key = values.join('\u0000');
  let table = tables.get(key);
  if (!table) {
    table = `word_${tables.size}`;
    tables.set(key, table);
  }
  return table;
}

/** Makes the word tables that this text of SQL uses. */
export function loadWords(db: Database, lists: readonly (readonly string[])[]): void {
  for (const values of lists) {
    const table = wordTable(values);
    db.exec(`CREATE TEMP TABLE IF NOT EXISTS ${table} (i INTEGER PRIMARY KEY, text TEXT)`);
    const insert = db.prepareOnce(`INSERT OR IGNORE INTO temp.${table} VALUES (?, ?)`);
    for (const [i, text] of values.entries()) insert.run(i, text);
  }
}

export function dropWords(db: Database, lists: readonly (readonly string[])[]): void {
  for (const values of lists) db.exec(`DROP TABLE IF EXISTS temp.${wordTable(values)}`);
}

const threeYearsMs = 3 * 365 * 86_400_000;

/** Created over three years in id order, 25 rows a second as bulk loads leave them; three in ten changed since. */
export function stampColumns({ seed, now }: Generator, count: number, userId: string): Record<string, string> {
  const step = Math.max(1000, Math.floor((threeYearsMs * 25) / Math.max(count, 25) / 1000) * 1000);
  const created = `(${now} - ${step} - ((${count} - n) / 25) * ${step})`;
  const modified = `(${created} + iif(${hashSql(seed, 91, 10)} < 3, ${hashSql(seed, 92, 2_000_000)} % ((${now} - ${created}) / 1000), 0) * 1000)`;
  return {
    CreatedDate: created,
    CreatedById: `'${userId}'`,
    LastModifiedDate: modified,
    LastModifiedById: `'${userId}'`,
    SystemModstamp: modified,
  };
}

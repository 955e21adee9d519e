import { idOfRow } from '../ids.ts';
import { cityNames, countries, postalCodes, states } from './choices.ts';
import type { Generator } from './generate.ts';
import { hashSql, idSql, pickSql } from './generate.ts';
import { userCount } from './system.ts';
import { streets } from './words.ts';

export type RecordCounts = Record<string, number>;

const peopleIds = Array.from({ length: userCount - 1 }, (_, i) => idOfRow('005', i + 1)).join('');

/** SQL for the values of seeded columns; a salt keeps two columns of a row from choosing alike. */
export function columnTools({ seed, now }: Generator, counts: RecordCounts) {
  const of = (object: string) => counts[object] ?? 0;
  const hash = (salt: number, below: number | string) => hashSql(seed, salt, below);
  const pick = (salt: number, values: readonly string[]) => pickSql(seed, salt, values);
  /** One of the people; ids have one width, so a text of them all will do. */
  const owner = (salt: number) => `substr('${peopleIds}', ${hash(salt, userCount - 1)} * 18 + 1, 18)`;
  /** The id of some row of another object, null when it has none. */
  const some = (object: string, prefix: string, salt: number) =>
    of(object) > 0 ? idSql(prefix, `${hash(salt, of(object))} + 1`) : 'NULL';
  const sometimes = (salt: number, outOfTen: number, sql: string) =>
    `iif(${hash(salt, 10)} < ${outOfTen}, ${sql}, NULL)`;
  const phone = (salt: number) => `printf('+1 (555) %03d-%04d', ${hash(salt, 1000)}, ${hash(salt + 1, 10_000)})`;
  const day = (salt: number, from: number, span: number) =>
    `date(${Math.floor(now / 1000)} + (${from} + ${hash(salt, span)}) * 86400, 'unixepoch')`;
  const moment = (salt: number, span: number) => `(${now} - ${hash(salt, span)} * 1000)`;
  const address = (prefix: string, salt: number) => ({
    [`${prefix}Street`]: `(${hash(salt, 200)} + 1) || ' ' || ${pick(salt + 1, streets)}`,
    [`${prefix}City`]: pick(salt, cityNames),
    [`${prefix}State`]: `nullif(${pick(salt, states)}, '')`,
    [`${prefix}PostalCode`]: pick(salt, postalCodes),
    [`${prefix}Country`]: pick(salt, countries),
  });
  return { of, hash, pick, owner, some, sometimes, phone, day, moment, address };
}

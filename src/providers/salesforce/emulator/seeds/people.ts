import { cityNames, countries, languages, postalCodes, salutations, sources, states } from './choices.ts';
import { columnTools } from './column-tools.ts';
import type { Generator } from './generate.ts';
import { departments, firstNames, streets, titles } from './words.ts';

/**
 * A few thousand people to draw from: what does not tell contacts apart is chosen once, so that a million of them cost two
 * look-ups each. Gives how many there are.
 */
export function seedPeople(generator: Generator): number {
  const { db, now } = generator;
  const count = 4001;
  const { hash, pick, sometimes } = columnTools(generator, {});
  const columns = {
    first: pick(23, firstNames),
    mailbox: `lower(${pick(23, firstNames)}) || '.'`,
    salutation: sometimes(24, 7, pick(25, salutations)),
    street: `' ' || ${pick(27, streets)}`,
    city: pick(26, cityNames),
    state: `nullif(${pick(26, states)}, '')`,
    postal: pick(26, postalCodes),
    country: pick(26, countries),
    phone: `printf('+1 (555) %03d-', ${hash(28, 1000)})`,
    mobile: sometimes(30, 6, `printf('+1 (555) %03d-%04d', ${hash(31, 1000)}, ${hash(32, 10_000)})`),
    title: pick(33, titles),
    department: sometimes(34, 8, pick(35, departments)),
    source: sometimes(36, 8, pick(37, sources)),
    birthdate: sometimes(38, 4, `date(${Math.floor(now / 1000)} - (8000 + ${hash(39, 16_000)}) * 86400, 'unixepoch')`),
    description: sometimes(40, 2, `'Met at an event in ' || ${pick(41, cityNames)} || '.'`),
    language: pick(43, languages),
  };
  db.exec(`CREATE TEMP TABLE seed_person (i INTEGER PRIMARY KEY, ${Object.keys(columns).join(', ')})`);
  db.prepareOnce(
    `WITH RECURSIVE numbers(n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM numbers WHERE n < ${count - 1})
     INSERT INTO temp.seed_person SELECT n, ${Object.values(columns).join(', ')} FROM numbers`,
  ).run();
  return count;
}

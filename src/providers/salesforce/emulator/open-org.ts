import { type Database, openDatabase } from '../../../store/database.ts';
import { startEmulatorClock } from './engine/emulator-clock.ts';
import { SqliteOrg } from './engine/sqlite-org.ts';
import type { EmulatedOrg, EmulatorClock } from './org.ts';
import { createIndexes } from './schema/columns.ts';
import { Schema } from './schema/org-schema.ts';
import { seedAwkward } from './seeds/awkward.ts';
import { crmCounts, seedCrm } from './seeds/crm.ts';
import { seededRandom } from './seeds/seed-random.ts';
import { adminUserId, orgIdOf, seedSystem } from './seeds/system.ts';

export interface OrgOptions {
  /** A file that persists, or `:memory:`. */
  path: string;
  /** Rows of a new org: some thousands of related ones, a million contacts, or only what every org has. */
  seed?: 'crm' | 'large' | 'empty';
  /** Overrides of the seed's counts, by object name in any case. */
  records?: Record<string, number>;
  /** Where the org's clock starts, milliseconds; now unless said. */
  now?: number;
  /** What its clock goes by, epoch milliseconds; the wall clock unless a test has a faster one. */
  wall?: () => number;
  /** Time that stands still but for `clock.advance`. */
  frozenClock?: boolean;
  randomSeed?: number;
  /** Makes the id of a new org; 1 unless said. Two emulators that one user signs in to need two. */
  orgNumber?: number;
}

/** Joins of a million rows jump between tables; SQLite's own 2 MB would read each page again and again. */
const pageCacheKib = 48 * 1024;

const seedCounts: Record<NonNullable<OrgOptions['seed']>, Record<string, number>> = {
  empty: {},
  crm: crmCounts,
  large: { ...crmCounts, Account: 50_000, Contact: 1_000_000 },
};

/** More rows than this leave memory for a temporary file that SQLite deletes by itself. */
const memoryRows = 200_000;

/** Opens the emulated org; a file that already holds one is taken as it is. Throws `store-…` codes. */
export function openEmulatedOrg(options: OrgOptions): EmulatedOrg {
  // Everything here can be made again.
  const db = openDatabase(storagePath(options), { synchronous: 'OFF' });
  db.exec(`PRAGMA cache_size=-${pageCacheKib}`);
  const wall = options.wall ?? Date.now;
  const started = Math.max(options.now ?? wall(), lastCommitMs(db));
  const clock: EmulatorClock = startEmulatorClock(
    options.frozenClock ? { startAt: started, wall: () => started } : { startAt: started, wall },
  );
  const randomSeed = options.randomSeed ?? 1;
  const isNew = !hasCommitLog(db);
  const seed = options.seed ?? 'empty';
  const now = Math.floor(started / 1000) * 1000;
  const schema = db.transaction(() => new Schema(db, clock));
  if (isNew) {
    db.transaction(() => {
      seedSystem(db, schema, now, options.orgNumber);
      const counts = withOverrides(schema, seedCounts[seed], options.records ?? {});
      if (Object.keys(counts).length > 0) {
        const generator = { db, seed: randomSeed, now };
        seedCrm(generator, schema, counts);
        seedAwkward(generator, counts);
      }
      for (const object of schema.objects()) createIndexes(db, object);
    });
  }
  return new SqliteOrg(db, clock, { orgId: orgIdOf(orgNumberOf(db)), adminUserId }, schema, seededRandom(randomSeed));
}

function storagePath({ path, seed = 'empty', records = {} }: OrgOptions): string {
  const rows = [...Object.values(seedCounts[seed]), ...Object.values(records)].reduce((sum, count) => sum + count, 0);
  // SQLite's name for a temporary file of its own.
  return path === ':memory:' && rows > memoryRows ? '' : path;
}

const hasCommitLog = (db: Database): boolean =>
  db.prepare("SELECT 1 AS found FROM sqlite_master WHERE name = '_commit_log'").get() !== undefined;

/** A file keeps the number its org was made with. */
const orgNumberOf = (db: Database): number =>
  db.prepare('SELECT _row AS number FROM "Organization"').get<{ number: number }>()!.number;

/** An org whose clock was pushed ahead goes on from there when it is opened again. */
function lastCommitMs(db: Database): number {
  if (!hasCommitLog(db)) return 0;
  return db.prepare('SELECT max(committed_at) AS at FROM _commit_log').get<{ at: number | null }>()!.at ?? 0;
}

function withOverrides(
  schema: Schema,
  base: Record<string, number>,
  records: Record<string, number>,
): Record<string, number> {
  const counts = { ...base };
  for (const [name, count] of Object.entries(records)) counts[schema.find(name)?.name ?? schema.get(name).name] = count;
  return counts;
}

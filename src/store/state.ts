import { join } from 'node:path';
import { makeStateFolder } from '../platform/state-folder.ts';
import { type Database, openDatabase } from './database.ts';
import { migrate } from './migrate.ts';
import { migrations } from './migrations/index.ts';

/** A project's state folder: `state.db` and the lock files beside it. */
export interface State {
  readonly dir: string;
  readonly db: Database;
  /** Path of a named kernel lock (`runner`, `deploy`, …) for store/lock.ts. */
  lockPath(name: string): string;
  close(): void;
}

/** Opens (creating and migrating) the state of the project whose state folder is `dir`. Throws `store-…`, `file-unwritable`. */
export function openState(dir: string): State {
  makeStateFolder(dir);
  return stateOn(openDatabase(join(dir, 'state.db')), dir);
}

/** The same schema in memory, for tests and one-off runs. */
export function openMemoryState(): State {
  return stateOn(openDatabase(':memory:'), ':memory:');
}

function stateOn(db: Database, dir: string): State {
  migrate(db, migrations);
  return {
    dir,
    db,
    lockPath: (name) => join(dir, 'locks', `${name}.lock`),
    close: () => db.close(),
  };
}

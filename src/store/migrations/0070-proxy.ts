import type { Migration } from '../migrate.ts';

/** Until when an org asked not to be called (throttle mode of the proxy). */
export const proxyMigration: Migration = {
  version: 70,
  name: 'proxy',
  sql: `
    CREATE TABLE proxy_throttles (
      org TEXT PRIMARY KEY,
      until INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID;
  `,
};

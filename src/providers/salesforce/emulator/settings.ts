/** How the org behaves; every value may change while it runs (`amp emulator change setting …`). */
export interface Settings {
  /** Refresh tokens: `off` keeps one, `strict` rotates and revokes the family on any reuse, `lenient` rotates and only refuses. */
  rotation: 'off' | 'strict' | 'lenient';
  pkce: 'required' | 'optional';
  /** Idle life of a session on the org's clock; each call starts it anew. */
  sessionTimeoutMs: number;
  /** Unused refresh tokens end after this (30 days, sliding). */
  refreshIdleMs: number;
  /** API calls in any 24 hours before 403 REQUEST_LIMIT_EXCEEDED. */
  dailyApiRequests: number;
  /** Rows of a query page; the caller's batchSize is clamped to it. */
  pageRows: number;
  /** Query locators live this long on the org's clock. */
  locatorLifeMs: number;
  /** Open locators per user before the oldest goes. */
  locatorsPerUser: number;
  /** Polls that still say InProgress before a bulk query is complete. */
  bulkPolls: number;
  /** Rows of a bulk result page when the caller names none. */
  bulkPageRows: number;
  /** Rows of a query with LIMIT or ORDER BY, which is not cut in chunks, above which its job fails. */
  unchunkedRows: number;
  /** `offset` as the platform's locators look today; `random` tells nothing about what comes next. */
  bulkLocators: 'offset' | 'random';
  /** Batches of both bulk APIs in a day: one for each 10,000 rows of a job. */
  dailyBulkBatches: number;
  /** Rows of all ingest jobs in a day; rows beyond it appear in no result. */
  dailyBulkRows: number;
  /** Bytes of generated bulk pages kept ready to be served again. */
  bulkCacheBytes: number;
  /** Kept gzipped or plain: whether answers are compressed when the caller allows it. */
  gzip: boolean;
  /** How long a Bayeux connect is held, and how long a client may stay away. */
  connectTimeoutMs: number;
  maxIntervalMs: number;
  eventRetentionMs: number;
  /** Delivered events in 24 hours, over all subscribers. */
  dailyEvents: number;
  concurrentEventClients: number;
  selectedEntities: number;
  /** Changes of one transaction that still get an event each. */
  overflowChanges: number;
}

const hour = 3_600_000;

export const defaultSettings: Settings = {
  rotation: 'off',
  pkce: 'required',
  sessionTimeoutMs: 2 * hour,
  refreshIdleMs: 30 * 24 * hour,
  dailyApiRequests: 100_000,
  pageRows: 2000,
  locatorLifeMs: 48 * hour,
  locatorsPerUser: 200,
  bulkPolls: 0,
  bulkPageRows: 50_000,
  unchunkedRows: 5_000_000,
  bulkLocators: 'offset',
  dailyBulkBatches: 15_000,
  dailyBulkRows: 150_000_000,
  bulkCacheBytes: 64 * 1024 * 1024,
  gzip: true,
  connectTimeoutMs: 110_000,
  maxIntervalMs: 40_000,
  eventRetentionMs: 72 * hour,
  dailyEvents: 25_000,
  concurrentEventClients: 1000,
  selectedEntities: 5,
  overflowChanges: 100_000,
};

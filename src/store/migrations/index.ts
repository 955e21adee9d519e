import type { Migration } from '../migrate.ts';
import { deployMigration } from './0010-deploy.ts';
import { destinationsMigration } from './0020-destinations.ts';
import { destinationKindsMigration } from './0025-destination-kinds.ts';
import { operationsMigration } from './0030-operations.ts';
import { readsMigration } from './0040-reads.ts';
import { notificationsMigration } from './0050-notifications.ts';
import { subscriptionsMigration } from './0060-subscriptions.ts';
import { proxyMigration } from './0070-proxy.ts';
import { runtimeMigration } from './0080-runtime.ts';
import { writeQueueMigration } from './0085-write-queue.ts';
import { schemaWatchMigration } from './0090-schema-watch.ts';
import { streamSeenMigration } from './0095-stream-seen.ts';
import { outcomesMigration } from './0100-outcomes.ts';
import { warnedOperationsMigration } from './0105-warned-operations.ts';
import { streamOwnersMigration } from './0110-stream-owners.ts';
import { endsWithoutJournalMigration } from './0115-ends-without-journal.ts';
import { healedToMigration } from './0120-healed-to.ts';
import { readsOfAnotherOrgMigration } from './0125-reads-of-another-org.ts';
import { streamSelectionsMigration } from './0130-stream-selections.ts';

/** In order of `version`; a released migration never changes. Each area adds its own file. */
export const migrations: readonly Migration[] = [
  deployMigration,
  destinationsMigration,
  destinationKindsMigration,
  operationsMigration,
  readsMigration,
  notificationsMigration,
  subscriptionsMigration,
  proxyMigration,
  runtimeMigration,
  writeQueueMigration,
  schemaWatchMigration,
  streamSeenMigration,
  outcomesMigration,
  warnedOperationsMigration,
  streamOwnersMigration,
  endsWithoutJournalMigration,
  healedToMigration,
  readsOfAnotherOrgMigration,
  streamSelectionsMigration,
];

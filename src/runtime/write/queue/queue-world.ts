import type { InstallationRecord } from '../../../installations/installation.ts';
import type { Integration } from '../../../manifest/manifest.ts';
import type { Notifier } from '../../../notifications/notifier.ts';
import type { OperationLog } from '../../../operations/operation-log.ts';
import type { Clock } from '../../../platform/clock.ts';
import type { Describer } from '../../../providers/salesforce/describe/describer.ts';
import type { SalesforceClient } from '../../../providers/salesforce/rest/client.ts';
import type { State } from '../../../store/state.ts';
import type { QueueStore } from './queue-store.ts';

/** What sending in the background needs of the world. `amp run`'s RuntimeWorld has all of it. */
export interface QueueWorld {
  state: State;
  clock: Clock;
  /** In [0, 1): jitter of pauses. */
  random: () => number;
  log: OperationLog;
  notifier: Notifier;
  projectId: string;
  /** Installations and their integrations as they run. */
  project: {
    installations: { get(id: string): InstallationRecord | undefined };
    integrationOf(installation: InstallationRecord): Integration | undefined;
  };
  orgs: {
    /** By OrgRecord.id. Throws `org-…`. */
    open(id: string): Promise<{ client: SalesforceClient; describe: Describer['object'] }>;
  };
}

export interface SendContext {
  world: QueueWorld;
  store: QueueStore;
  signal: AbortSignal;
  /** A lost answer is looked for no sooner than this after its call began: the org may still be at it. */
  lookAfterMs: number;
}

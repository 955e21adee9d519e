import type { HeldTransactions } from './admin/held-transactions.ts';
import type { BulkJobs } from './bulk/jobs.ts';
import type { JobOne } from './bulk/one-job.ts';
import type { BulkPages } from './bulk/pages.ts';
import type { BayeuxServer } from './events/bayeux.ts';
import type { EventBus } from './events/event-bus.ts';
import type { Faults } from './faults/faults.ts';
import type { Approvals } from './oauth/approvals.ts';
import type { ConnectedApps } from './oauth/apps.ts';
import type { Grants } from './oauth/grants.ts';
import type { Sessions } from './oauth/sessions.ts';
import type { EmulatedOrg } from './org.ts';
import type { ApexStub } from './rest/apex-rest.ts';
import type { Locators } from './rest/locators.ts';
import type { IdempotentAnswers } from './rest/ui-api.ts';
import type { Usage } from './rest/usage.ts';
import type { Router } from './server/router.ts';
import type { Settings } from './settings.ts';

/** Everything the protocol side of one running org is made of; handed to every route. */
export interface World {
  org: EmulatedOrg;
  settings: Settings;
  apps: ConnectedApps;
  sessions: Sessions;
  grants: Grants;
  approvals: Approvals;
  usage: Usage;
  locators: Locators;
  bulk: BulkJobs;
  bulkPages: BulkPages;
  bulkOneJobs: Map<string, JobOne>;
  events: EventBus;
  bayeux: BayeuxServer;
  faults: Faults;
  router: Router;
  apexStubs: ApexStub[];
  idempotentAnswers: IdempotentAnswers;
  /** Password of every user, and the security token appended to it over the API. */
  password: string;
  securityToken: string;
  /** Where new tokens say the org lives, for a client that came by `origin`; moves with an instance migration. */
  instanceUrl: (origin?: string) => string;
  /** Starts a second listener and moves `instance_url` there; the old one answers 420 to data calls. */
  moveInstance: () => Promise<string>;
  /** True when this origin is the org's address no longer. */
  isFormerInstance: (origin: string) => boolean;
  /** The host's own time, which JWT clients live in. */
  hostNow: () => number;
  /** Random text that says it is not a real secret. */
  secret: (length: number) => string;
  /** Asked to stop from outside (`amp emulator stop`). */
  requestStop: () => void;
  /** A bug of the emulator itself, already answered with 500. */
  onInternalError: (error: unknown) => void;
  /** Transactions held open to commit late (trap 2). */
  held: HeldTransactions;
  /** Pauses for `ms` of real time; ends early when the client goes. */
  pause: (ms: number, signal: AbortSignal) => Promise<void>;
  /** PEM of the certificate authority behind the TLS listener. */
  certificateAuthority: string | undefined;
}

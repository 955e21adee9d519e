import { openLocalProject } from '../environments/local/local-project.ts';
import type { OrgRegistry } from '../orgs/registry.ts';
import type { Clock } from '../platform/clock.ts';
import { findRunner, isRunnerAlive } from '../runtime/run/runner-lock.ts';
import { listOrgHolds } from '../runtime/schedule/org-holds.ts';
import type { State } from '../store/state.ts';
import { type DestinationStatus, gatherDestinations, type QueueStatus } from './destination-status.ts';
import { gatherInstallations, type InstallationStatusRow } from './installation-status.ts';
import { gatherOperations, type OperationCountsStatus } from './operation-status.ts';
import { gatherOrgs, type OrgStatus } from './org-status.ts';
import { gatherSubscriptions, type SubscriptionStatus } from './subscription-status.ts';
import { gatherWriteQueue, type WriteQueueStatus } from './write-queue-status.ts';

/** How everything is, on one screen, from what this machine has stored: no org is asked. */
export interface Status {
  /** False when something needs a person. */
  healthy: boolean;
  at: string;
  /** What needs a person, the worst first. */
  attention: Attention[];
  /** What a person should know of, but nothing waits for them. */
  notices: Attention[];
  /** The `amp run` of this project; absent when none runs. */
  runner?: RunnerStatus;
  orgs: OrgStatus[];
  installations: InstallationStatusRow[];
  queues: QueueStatus & { writes: WriteQueueStatus };
  destinations: DestinationStatus[];
  subscriptions: SubscriptionStatus[];
  operations: OperationCountsStatus;
}

export interface RunnerStatus {
  pid: number;
  host: string;
  version: string;
  startedAt: string;
}

export interface Attention {
  kind: 'org' | 'installation' | 'drift' | 'read' | 'destination' | 'queue' | 'subscription' | 'operation';
  /** Alias, group, name: what it is about. */
  subject: string;
  message: string;
  /** A command when there is one. */
  remedy: string;
}

export interface StatusWorld {
  state: State;
  registry: OrgRegistry;
  clock: Clock;
}

/** Gathers and judges. Throws `store-…`. */
export async function gatherStatus(world: StatusWorld): Promise<Status> {
  const now = world.clock.now();
  const found: Findings = { attention: [], notices: [] };
  const project = openLocalProject(world.state);
  const projectOrgs = new Set(project.installations.list().map(({ orgId }) => orgId));
  const orgs = await gatherOrgs(
    { registry: world.registry, holds: listOrgHolds(world.state.db) },
    projectOrgs,
    now,
    found,
  );
  const installations = gatherInstallations(project, now, found);
  const { destinations, queues } = gatherDestinations(world.state, now, found);
  const subscriptions = gatherSubscriptions(project, now, found);
  const operations = gatherOperations(world.state, now, found);
  const runner = gatherRunner(world.state);
  const writes = gatherWriteQueue(world.state, runner.runner !== undefined, found);
  const rank = (item: Attention) => ranks.indexOf(item.kind);
  return {
    healthy: found.attention.length === 0,
    at: new Date(now).toISOString(),
    attention: found.attention.sort((a, b) => rank(a) - rank(b)),
    notices: found.notices,
    ...runner,
    orgs,
    installations,
    queues: { ...queues, writes },
    destinations,
    subscriptions,
    operations,
  };
}

function gatherRunner(state: State): { runner?: RunnerStatus } {
  const found = isRunnerAlive(state) ? findRunner(state.db) : undefined;
  if (!found) return {};
  const { pid, host, version, startedAt } = found;
  return { runner: { pid, host, version, startedAt: new Date(startedAt).toISOString() } };
}

// A lost sign-in explains most of what comes after it.
const ranks: Attention['kind'][] = [
  'org',
  'subscription',
  'installation',
  'destination',
  'queue',
  'operation',
  'drift',
  'read',
];

export interface Findings {
  attention: Attention[];
  notices: Attention[];
}

import { createNotifier } from '../../notifications/notifier.ts';
import type { Clock } from '../../platform/clock.ts';
import type { Lock } from '../../store/lock.ts';
import type { State } from '../../store/state.ts';
import { createDownloadOffers, type DownloadOffers } from '../downloads/download-offers.ts';
import { findConnectionId } from '../find-connection.ts';
import { openTarget, type TargetWorld } from '../open-target.ts';
import { createOutbox } from '../outbox.ts';
import { defaultSchedule, type RetrySchedule } from '../schedule.ts';
import { pruneOutbox } from '../stored-events.ts';
import { createGoal, type DeliveryGoal, type GoalOptions } from './delivery-goal.ts';
import { lockDelivery } from './delivery-lock.ts';
import { type DeliveryLog, logAttempt } from './delivery-log.ts';
import type { Attempt, DestinationDisabled } from './recorder.ts';
import { Sender, type SenderOptions } from './sender.ts';

export interface DeliveryOptions extends GoalOptions {
  state: State;
  /** A command gives `credentialsByDestination(context.config)`. */
  credentials: TargetWorld['credentials'];
  clock: Clock;
  log?: DeliveryLog;
  onAttempt?: (attempt: Attempt) => void;
  schedule?: RetrySchedule;
  /** Messages a second over all destinations of the project; 1,000 unless said. */
  ratePerSecond?: number;
  random?: () => number;
  resolve?: TargetWorld['resolve'];
  deadlineMs?: number;
  pollMs?: number;
  userAgent?: string;
  stdout?: (bytes: Uint8Array) => Promise<void>;
  /** Instead of opening what the destination names: a receiver in this process. */
  openTarget?: SenderOptions['openTarget'];
  /** Where somebody else serves downloads; absent = this process does, on loopback, while it delivers. */
  downloadBaseUrl?: string;
}

export interface DeliverySummary {
  /** Messages of the filter that were delivered while this ran. */
  delivered: number;
  /** Attempts of ours that failed, the ones that were repeated with success included. */
  failed: number;
  /** Messages of the filter that still wait. */
  pending: number;
  /** Messages of the filter that will not be tried again by themselves. */
  dead: number;
  /** Downloads that were offered, not fetched yet, and are no longer served by this process. */
  unfetched: number;
  /** Destinations that could not be opened, with the reason: their messages wait. */
  problems: { destination: string; error: unknown }[];
}

/**
 * Sends the stored messages of a project. One process at a time does so (a kernel lock that dies with its holder); another
 * one that calls this meanwhile waits for its messages to be delivered for it, and takes over when the first ends.
 * Throws `store-…`; a receiver's failures are counted, not thrown.
 */
export async function deliverPending(options: DeliveryOptions): Promise<DeliverySummary> {
  const { state, clock, signal, until } = options;
  const outbox = createOutbox(state.db, () => clock.now());
  const before = options.during ? 0 : outbox.backlog(options.filter).delivered;
  const goal = createGoal(state.db, clock, options);

  let sender: Sender | undefined;
  let unfetched = 0;
  const lock = await waitForLock(options, goal);
  if (lock) {
    const downloads = createDownloadOffers(state, clock, options.downloadBaseUrl);
    sender = createSender(options, downloads);
    try {
      await sendUntilMet(sender, options, goal);
      pruneOutbox(state.db, clock.now());
    } finally {
      await sender.stop(stopGraceMs);
      lock.release();
    }
    if (until === 'drained') unfetched = await downloads.waitUntilFetched(goal.deadline, signal);
    await downloads.stop();
  }
  const after = outbox.backlog(goal.filter);
  return {
    delivered: after.delivered - before,
    failed: sender?.failedAttempts ?? 0,
    pending: after.pending,
    dead: after.dead,
    unfetched,
    problems: [...(sender?.problems ?? [])].map(([destination, error]) => ({ destination, error })),
  };
}

async function sendUntilMet(sender: Sender, options: DeliveryOptions, goal: DeliveryGoal): Promise<void> {
  const { state, clock, until, signal, longestPauseMs = Number.POSITIVE_INFINITY } = options;
  let pruneAt = clock.now() + pruneEveryMs;
  await sender.refresh();
  while (!goal.isOver()) {
    if (sender.isIdle) {
      sender.rest();
      if (until === 'idle') return;
      // Nothing can go out before time is up, or for long: waiting on would only look busy.
      // While more is being stored there is no deadline, and no such end.
      const latest = Number.isFinite(goal.deadline)
        ? Math.min(goal.deadline, clock.now() + longestPauseMs)
        : goal.deadline;
      if (until === 'drained' && (sender.nextWakeAt ?? 0) > latest) return;
    }
    if ((sender.isIdle || goal.filter) && goal.isMet(sender.problems.keys())) return;
    if (sender.isIdle && clock.now() >= pruneAt) {
      pruneOutbox(state.db, clock.now());
      pruneAt = clock.now() + pruneEveryMs;
    }
    await sender.wait(signal);
    await sender.refresh();
  }
}

const defaultPollMs = 250;
const stopGraceMs = 5_000;
const pruneEveryMs = 3600 * 1000;

/** Undefined when the goal was met, or time was up, before the lock was free. */
async function waitForLock(options: DeliveryOptions, goal: DeliveryGoal): Promise<Lock | undefined> {
  const { state, clock, signal, until, pollMs = defaultPollMs } = options;
  for (;;) {
    const lock = lockDelivery(state);
    if (lock) return lock;
    if (goal.isOver() || goal.isMet([]) || until === 'idle') return undefined;
    await clock.sleep(pollMs, signal).catch(() => {});
  }
}

function createSender(options: DeliveryOptions, downloads: DownloadOffers): Sender {
  const { state, clock, credentials, log } = options;
  const world: TargetWorld = {
    credentials,
    now: () => clock.now(),
    userAgent: options.userAgent ?? 'amp',
    ownPorts: () => downloads.ports(),
    connectionOf: (installationId) => findConnectionId(state.db, installationId),
    ...(options.stdout ? { stdout: options.stdout } : {}),
    ...(options.resolve ? { resolve: options.resolve } : {}),
    ...(options.deadlineMs === undefined ? {} : { deadlineMs: options.deadlineMs }),
  };
  return new Sender({
    db: state.db,
    clock,
    schedule: options.schedule ?? defaultSchedule,
    random: options.random ?? Math.random,
    ratePerSecond: options.ratePerSecond ?? defaultRatePerSecond,
    pollMs: options.pollMs ?? defaultPollMs,
    openTarget: options.openTarget ?? ((destination) => openTarget(destination, world)),
    downloads,
    onAttempt: (attempt) => {
      if (log) logAttempt(log, attempt);
      options.onAttempt?.(attempt);
    },
    onDisabled: (event) => tellDisabled(state, clock, event),
  });
}

const defaultRatePerSecond = 1000;

/** Inside the transaction that disables: told exactly once. */
function tellDisabled({ db }: State, clock: Clock, { reason: _, ...event }: DestinationDisabled): void {
  const { lineage } = db.prepare('SELECT lineage FROM deployment').get<{ lineage: string }>()!;
  createNotifier(db, { clock }).notify('destination.webhook.disabled', { projectId: lineage, ...event });
}

import { createNotifier } from '../../notifications/notifier.ts';
import type { OperationHandle } from '../../operations/operation-log.ts';
import type { Clock } from '../../platform/clock.ts';
import { type Lock, tryLock } from '../../store/lock.ts';
import type { State } from '../../store/state.ts';
import type { BacklogFilter } from '../destination.ts';
import { createDownloadOffers, type DownloadOffers } from '../downloads/download-offers.ts';
import { openTarget, type TargetWorld } from '../open-target.ts';
import { backlogConditions, createOutbox } from '../outbox.ts';
import { defaultSchedule, type RetrySchedule } from '../schedule.ts';
import type { Resolver } from '../webhook/url-policy.ts';
import type { Attempt, DestinationDisabled } from './recorder.ts';
import { Sender } from './sender.ts';

export interface DeliveryOptions {
  state: State;
  /** A command gives `credentialsByDestination(context.config)`. */
  credentials: TargetWorld['credentials'];
  clock: Clock;
  /** `drained`: no message of the filter waits any more. `idle`: nothing is due now. `stopped`: the signal says so. */
  until: 'drained' | 'idle' | 'stopped';
  /** What to wait for and count; everything that is due is sent all the same, since order may demand it. */
  filter?: BacklogFilter;
  /** Give up waiting after this long; the rest stays in the outbox. */
  limitMs?: number;
  signal?: AbortSignal;
  log?: DeliveryLog;
  onAttempt?: (attempt: Attempt) => void;
  schedule?: RetrySchedule;
  ratePerSecond?: number;
  random?: () => number;
  resolve?: Resolver;
  deadlineMs?: number;
  pollMs?: number;
  userAgent?: string;
  stdout?: (bytes: Uint8Array) => Promise<void>;
  /** Where somebody else serves downloads; absent = this process does, on loopback, while it delivers. */
  downloadBaseUrl?: string;
}

export type DeliveryLog = Pick<OperationHandle, 'debug' | 'info' | 'warning' | 'error'>;

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
  const before = outbox.backlog(options.filter);
  const deadline = options.limitMs === undefined ? Number.POSITIVE_INFINITY : clock.now() + options.limitMs;
  const isOver = () => signal?.aborted || clock.now() >= deadline;
  const pollMs = options.pollMs ?? defaultPollMs;

  let sender: Sender | undefined;
  let unfetched = 0;
  const lock = await waitForLock(options, () => isOver() || (until !== 'stopped' && !hasWork(options)));
  if (lock) {
    const downloads = createDownloadOffers(state, clock, options.downloadBaseUrl);
    sender = createSender(options, downloads, pollMs);
    try {
      await sendUntil(sender, options, isOver);
    } finally {
      await sender.stop(stopGraceMs);
      lock.release();
    }
    if (until === 'drained') unfetched = await downloads.waitUntilFetched(deadline, signal);
    await downloads.stop();
  }
  const after = outbox.backlog(options.filter);
  return {
    delivered: after.delivered - before.delivered,
    failed: sender?.failedAttempts ?? 0,
    pending: after.pending,
    dead: after.dead,
    unfetched,
    problems: [...(sender?.problems ?? [])].map(([destination, error]) => ({ destination, error })),
  };
}

async function sendUntil(sender: Sender, options: DeliveryOptions, isOver: () => boolean | undefined): Promise<void> {
  await sender.refresh();
  while (!isOver()) {
    if (sender.isIdle) {
      sender.flush();
      if (options.until === 'idle') return;
    }
    const mayBeDone = options.until === 'drained' && (sender.isIdle || options.filter);
    if (mayBeDone && !hasWork(options, sender.problems.keys())) return;
    await sender.wait(options.signal);
    await sender.refresh();
  }
}

const defaultPollMs = 250;
const stopGraceMs = 5_000;

/** Whether messages of the filter wait for a destination that can take them. */
function hasWork({ state, filter }: DeliveryOptions, problems: Iterable<string> = []): boolean {
  const { where, values } = backlogConditions(filter ?? {});
  const row = state.db
    .prepare(
      `SELECT 1 FROM outbox JOIN destinations ON destinations.id = outbox.destination_id
       WHERE outbox.state = 'pending' AND destinations.state = 'enabled' AND ${where}
         AND destinations.name NOT IN (SELECT value FROM json_each(?)) LIMIT 1`,
    )
    .get(...values, JSON.stringify([...problems]));
  return row !== undefined;
}

const sendingInMemory = new WeakSet<State>();

/** Undefined when `isOver` said so before the lock was free. */
async function waitForLock(options: DeliveryOptions, isOver: () => boolean): Promise<Lock | undefined> {
  const { state, clock, signal } = options;
  for (;;) {
    const lock = lockDelivery(state);
    if (lock) return lock;
    if (isOver() || options.until === 'idle') return undefined;
    await clock.sleep(options.pollMs ?? defaultPollMs, signal).catch(() => {});
  }
}

function lockDelivery(state: State): Lock | undefined {
  if (state.dir !== ':memory:') return tryLock(state.lockPath('delivery'));
  if (sendingInMemory.has(state)) return undefined;
  sendingInMemory.add(state);
  return { path: ':memory:', release: () => sendingInMemory.delete(state) };
}

function createSender(options: DeliveryOptions, downloads: DownloadOffers, pollMs: number): Sender {
  const { state, clock, credentials, log } = options;
  const world = {
    credentials,
    now: () => clock.now(),
    userAgent: options.userAgent ?? 'amp',
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
    pollMs,
    openTarget: (destination) => openTarget(destination, world),
    downloads,
    onAttempt: (attempt) => {
      if (log) logAttempt(log, attempt);
      options.onAttempt?.(attempt);
    },
    onDisabled: (event) => {
      log?.error(`Destination "${event.destinationName}" was disabled: ${event.reason}`, {
        subsystem: 'delivery',
        code: 'destination.webhook.disabled',
      });
      tellDisabled(state, clock, event);
    },
    onProblem: (destination, error) =>
      log?.error(`Destination "${destination.name}" cannot be used: ${(error as Error).message}`, {
        subsystem: 'delivery',
      }),
  });
}

/** Inside the transaction that disables: told exactly once. */
function tellDisabled({ db }: State, clock: Clock, { reason, ...event }: DestinationDisabled): void {
  const { lineage } = db.prepare('SELECT lineage FROM deployment').get<{ lineage: string }>()!;
  createNotifier(db, { clock }).notify('destination.webhook.disabled', { projectId: lineage, ...event });
}

/** Messages a second over all destinations of a project. */
const defaultRatePerSecond = 1000;

function logAttempt(log: DeliveryLog, { row, number, destination, outcome, verdict, at }: Attempt): void {
  const details = {
    subsystem: 'delivery' as const,
    destination: destination.name,
    messageId: row.id,
    attempt: number,
    ...(outcome.status === undefined ? {} : { status: outcome.status }),
  };
  if (outcome.kind === 'delivered') {
    log.debug(`Delivered ${row.id} to "${destination.name}"`, details);
    return;
  }
  const what = `Attempt ${number} for "${destination.name}" failed: ${outcome.reason}`;
  if (verdict.kind === 'retry') {
    const retryAfter = new Date(verdict.retryAt).toISOString();
    log.warning(`${what}; next in ${Math.round((verdict.retryAt - at) / 1000)} s`, { ...details, retryAfter });
  } else if (verdict.kind === 'dead') {
    log.error(`${what}; ${verdict.reason}`, { ...details, code: 'destination-delivery-failed' });
  }
}

import type { OperationHandle } from '../../operations/operation-log.ts';
import type { Clock } from '../../platform/clock.ts';
import { type Lock, tryLock } from '../../store/lock.ts';
import type { State } from '../../store/state.ts';
import { openTarget, type TargetWorld } from '../open-target.ts';
import { createOutbox } from '../outbox.ts';
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
  filter?: { operationId?: string; destination?: string };
  /** Give up waiting after this long; the rest stays in the outbox. */
  limitMs?: number;
  signal?: AbortSignal;
  log?: DeliveryLog;
  onAttempt?: (attempt: Attempt) => void;
  /** Called inside the transaction that disables. */
  onDisabled?: (event: DestinationDisabled) => void;
  schedule?: RetrySchedule;
  ratePerSecond?: number;
  random?: () => number;
  resolve?: Resolver;
  deadlineMs?: number;
  pollMs?: number;
  userAgent?: string;
  stdout?: (bytes: Uint8Array) => Promise<void>;
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
  const lock = await waitForLock(options, () => isOver() || (until !== 'stopped' && !hasWork(options)));
  if (lock) {
    sender = createSender(options, pollMs);
    try {
      await sender.refresh();
      while (!isOver()) {
        if (sender.isIdle) {
          sender.flush();
          if (until === 'idle') break;
        }
        if (until === 'drained' && (sender.isIdle || options.filter) && !hasWork(options, sender.problems.keys()))
          break;
        await sender.wait(signal);
        await sender.refresh();
      }
    } finally {
      await sender.stop(stopGraceMs);
      lock.release();
    }
  }
  const after = outbox.backlog(options.filter);
  return {
    delivered: after.delivered - before.delivered,
    failed: sender?.failedAttempts ?? 0,
    pending: after.pending,
    dead: after.dead,
    problems: [...(sender?.problems ?? [])].map(([destination, error]) => ({ destination, error })),
  };
}

const defaultPollMs = 250;
const stopGraceMs = 5_000;

/** Whether messages of the filter wait for a destination that can take them. */
function hasWork({ state, filter }: DeliveryOptions, problems: Iterable<string> = []): boolean {
  const conditions = ["outbox.state = 'pending'", "destinations.state = 'enabled'"];
  const values: string[] = [];
  if (filter?.operationId !== undefined) {
    conditions.push('operation_id = ?');
    values.push(filter.operationId);
  }
  if (filter?.destination !== undefined) {
    conditions.push('destinations.name = ?');
    values.push(filter.destination);
  }
  for (const name of problems) {
    conditions.push('destinations.name <> ?');
    values.push(name);
  }
  const row = state.db
    .prepare(
      `SELECT 1 FROM outbox JOIN destinations ON destinations.id = outbox.destination_id
       WHERE ${conditions.join(' AND ')} LIMIT 1`,
    )
    .get(...values);
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

function createSender(options: DeliveryOptions, pollMs: number): Sender {
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
    fillDownload: (_row, body) => body,
    onAttempt: (attempt) => {
      if (log) logAttempt(log, attempt);
      options.onAttempt?.(attempt);
    },
    onDisabled: (event) => {
      log?.error(`Destination "${event.destinationName}" was disabled: ${event.reason}`, {
        subsystem: 'delivery',
        code: 'destination.webhook.disabled',
      });
      options.onDisabled?.(event);
    },
    onProblem: (destination, error) =>
      log?.error(`Destination "${destination.name}" cannot be used: ${(error as Error).message}`, {
        subsystem: 'delivery',
      }),
  });
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

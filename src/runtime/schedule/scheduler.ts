import { setMaxListeners } from 'node:events';
import type { InstallationRecord } from '../../installations/installation.ts';
import { realTimeMs } from '../../platform/clock.ts';
import type { RuntimeWorld } from '../run/runtime-service.ts';
import { type Due, failurePauseMs, nextDue, spreadOf } from './due.ts';
import { FairQueue } from './fair-queue.ts';
import { OrgHolds } from './org-holds.ts';
import { isCalledOff, type PlannedRead, planReads } from './planned-read.ts';
import { createReadOutcomes, describe } from './read-outcome.ts';
import { ReadPlaces } from './read-places.ts';
import { ReadRunner } from './read-runner.ts';
import { type ScheduleRow, ScheduleStore } from './schedule-store.ts';
import { type SchedulerMetrics, schedulerMetrics } from './scheduler-metrics.ts';

/**
 * Decides, in one loop, what starts when. Each turn: look at what was deployed and installed (when the store changed), queue
 * what is due, start what has a place, sleep until the next moment anything can happen. Runs go on beside the loop and wake it
 * when they end. What is due stands in the store and not in timers, so a kill, a sleep or a set clock changes nothing.
 */
export class Scheduler {
  readonly #world: RuntimeWorld;
  readonly #signal: AbortSignal;
  readonly #store: ScheduleStore;
  readonly #holds: OrgHolds;
  readonly #places: ReadPlaces;
  readonly #queue = new FairQueue<Entry>();
  readonly #metrics: SchedulerMetrics;
  readonly #runner: ReadRunner;
  /** Runs under way, and how each is told to stop. Not AbortSignal.any: a signal that lives for days would keep them all. */
  readonly #running = new Map<Promise<void>, AbortController>();
  #entries = new Map<string, Entry>();
  #spreadMs = 0;
  #seen = -1;
  #wake = new AbortController();
  hasPlan = false;

  constructor(world: RuntimeWorld, signal: AbortSignal) {
    this.#world = world;
    this.#signal = signal;
    this.#store = new ScheduleStore(world.state.db);
    this.#holds = new OrgHolds(world);
    this.#places = new ReadPlaces(world.settings);
    this.#metrics = schedulerMetrics(world.metrics, {
      running: () => this.#places.running,
      waiting: () => this.#queue.size,
      lags: () => this.#lags(),
    });
    const outcomes = createReadOutcomes(world, this.#store);
    this.#runner = new ReadRunner(world, { outcomes, holds: this.#holds, metrics: this.#metrics });
  }

  /** Until the signal aborts; then waits for the runs under way, which stop at their next step. */
  async run(): Promise<void> {
    const { changes, clock } = this.#world;
    const wakeUp = () => this.#wakeUp();
    const stopAll = () => {
      for (const stop of this.#running.values()) stop.abort(this.#signal.reason);
      wakeUp();
    };
    const forget = changes.onChange(wakeUp);
    this.#signal.addEventListener('abort', stopAll);
    try {
      for (let before = clock.now(); !this.#signal.aborted; ) {
        const now = clock.now();
        if (changes.version !== this.#seen || now < before - clockSlackMs) {
          this.#seen = changes.version;
          this.#plan();
        }
        before = now;
        this.#queueDue(now);
        this.#startQueued(now);
        this.#holds.look(now, () => this.#wakeUp());
        await this.#sleep(this.#nextMoment(now) - now);
      }
    } finally {
      forget();
      this.#signal.removeEventListener('abort', stopAll);
      await Promise.allSettled(this.#running.keys());
    }
  }

  /** Reads what is deployed and installed. Entries that go on keep their state. */
  #plan(): void {
    const { state, clock } = this.#world;
    const entries = new Map<string, Entry>();
    state.db.transaction(() => {
      for (const read of planReads(this.#world.project, (broken, error) => this.#sayBroken(broken, error))) {
        const known = this.#entries.get(read.key);
        const row = this.#rowOf(read, clock.now());
        if (known) Object.assign(known, { read, row });
        entries.set(
          read.key,
          known ?? { read, row, state: 'idle', due: undefined, overdueAt: undefined, stop: undefined },
        );
      }
      this.#store.forgetRemoved();
    });
    // Removed or paused: a run under way ends with its next step, and keeps what it has. Signed out, or changed by a deploy, it
    // ends by itself.
    this.#queue.remove((entry) => entries.get(entry.read.key) !== entry);
    for (const entry of this.#entries.values()) {
      if (entries.has(entry.read.key)) continue;
      entry.state = 'idle';
      if (isCalledOff(this.#world.project, entry.read)) entry.stop?.abort(new Error('It is read no more.'));
    }
    this.#entries = entries;
    this.#spreadMs = spreadOf(entries.size);
    for (const entry of entries.values()) this.#findDue(entry);
    this.hasPlan = true;
  }

  #sayBroken({ groupName, groupRef }: InstallationRecord, error: unknown): void {
    const message = error instanceof Error ? error.message : String(error);
    this.#world.logger.error('scheduler', `${groupName || groupRef} cannot be planned: ${message}`, { error });
  }

  #rowOf(read: PlannedRead, now: number): ScheduleRow {
    const { installation, objectName } = read;
    const known = this.#store.find(installation.id, objectName);
    if (known) return this.#afterResume(read, afterClockChange(known, now));
    const row: ScheduleRow = {
      servedTo: Math.min(now, Date.parse(installation.createdAt)),
      backfill: read.hasBackfill && !hasBackfilled(this.#world, read) ? 'pending' : 'none',
      failures: 0,
      notBefore: 0,
      lastError: null,
      pausedAt: null,
    };
    this.#store.save(installation.id, objectName, row);
    return row;
  }

  /** Planned again although we had paused it: a person has resumed it. */
  #afterResume({ installation, objectName }: PlannedRead, row: ScheduleRow): ScheduleRow {
    if (row.pausedAt === null) return row;
    const resumed = { ...row, pausedAt: null, failures: 0, notBefore: 0 };
    this.#store.save(installation.id, objectName, resumed);
    this.#world.notifier.clear('read.schedule.paused', { subject: installation.id });
    return resumed;
  }

  /** When it is due next: looked for once, and again when its row or its schedule changes. */
  #findDue(entry: Entry): void {
    entry.due = nextDue(entry.read, entry.row, this.#spreadMs);
  }

  #queueDue(now: number): void {
    for (const entry of this.#entries.values()) {
      if (entry.state === 'idle' && entry.due !== undefined && entry.due.at <= now) {
        entry.state = 'queued';
        this.#queue.add(entry.read.installation.id, entry);
      } else if (entry.overdueAt !== undefined && entry.overdueAt <= now) this.#sayOverdue(entry);
    }
  }

  /** Due again while its run goes on: that tick is skipped, and one run follows. Said once for each run. */
  #sayOverdue(entry: Entry): void {
    entry.overdueAt = undefined;
    this.#metrics.skipped.add();
    this.#world.logger.info(
      'scheduler',
      `${describe(entry.read)} is due again while its run goes on: one run follows it.`,
    );
  }

  #startQueued(now: number): void {
    while (!this.#signal.aborted && this.#places.hasPlace(now)) {
      const entry = this.#queue.take(({ read: { installation } }) => {
        if (this.#holds.isHeld(installation.orgId)) return false;
        return this.#places.mayStart({ org: installation.orgId, installationId: installation.id });
      });
      if (!entry) return;
      this.#start(entry, now);
    }
  }

  #start(entry: Entry, now: number): void {
    const { installation } = entry.read;
    const { kind, at } = entry.due!;
    entry.state = 'running';
    if (kind === 'scheduled')
      entry.overdueAt = nextDue(entry.read, { ...entry.row, servedTo: now }, this.#spreadMs)?.at;
    this.#metrics.startLag.observe(Math.max(0, now - at) / 1000);
    const place = this.#places.enter({ org: installation.orgId, installationId: installation.id, startedAt: now });
    const stop = new AbortController();
    // Every request of the run listens to it.
    setMaxListeners(0, stop.signal);
    entry.stop = stop;
    const run = this.#runner
      .run(entry.read, kind, now, stop.signal)
      .then(({ row, changesPlan }) => {
        if (row) entry.row = row;
        if (changesPlan) this.#seen = -1;
      })
      .catch((error) => this.#keepInMind(entry, error))
      .finally(() => {
        place.leave();
        entry.state = 'idle';
        entry.overdueAt = undefined;
        entry.stop = undefined;
        this.#findDue(entry);
        this.#running.delete(run);
        this.#wakeUp();
      });
    this.#running.set(run, stop);
  }

  /** Not even its end could be written down (a full disk): nothing more is tried for a while, and the runner goes on. */
  #keepInMind(entry: Entry, error: unknown): void {
    if (this.#signal.aborted) return;
    const { clock, logger } = this.#world;
    const message = error instanceof Error ? error.message : String(error);
    logger.error('scheduler', `${describe(entry.read)}: how it ended could not be kept: ${message}`, { error });
    entry.row = { ...entry.row, notBefore: clock.now() + unkeptPauseMs };
  }

  /** By installation, how long its oldest due read has waited; 0 when none does. */
  #lags(): Map<string, number> {
    const now = this.#world.clock.now();
    const lags = new Map<string, number>();
    for (const { read, due, state } of this.#entries.values()) {
      const lag = due && state !== 'running' ? Math.max(0, now - due.at) : 0;
      lags.set(read.installation.id, Math.max(lag, lags.get(read.installation.id) ?? 0));
    }
    return lags;
  }

  /** What goes on at this moment, for people. */
  sayNow(): string {
    const [running, waiting] = [this.#places.running, this.#queue.size];
    if (running + waiting > 0) return `${running} reading${waiting > 0 ? `, ${waiting} waiting` : ''}`;
    let next: Entry | undefined;
    for (const entry of this.#entries.values())
      if (entry.due && entry.due.at < (next?.due?.at ?? Number.POSITIVE_INFINITY)) next = entry;
    if (!next?.due) return 'nothing to read';
    const time = new Date(next.due.at).toLocaleTimeString('en-GB', { hour12: false });
    return `next ${describe(next.read)} at ${time}`;
  }

  /** The next moment at which anything may start. */
  #nextMoment(now: number): number {
    let next = now + realTimeMs(this.#world.clock, longestSleepMs);
    for (const entry of this.#entries.values()) {
      const at = entry.state === 'idle' ? entry.due?.at : entry.overdueAt;
      if (at !== undefined) next = Math.min(next, at);
    }
    const others = [this.#holds.nextLookAt(), this.#queue.size > 0 ? this.#places.nextFreeAt() : undefined];
    for (const other of others) if (other !== undefined && other > now) next = Math.min(next, other);
    return next;
  }

  /** Ends the present sleep, or makes the next one short. */
  #wakeUp(): void {
    this.#wake.abort();
  }

  async #sleep(ms: number): Promise<void> {
    // Answers come in between: a full queue must not starve the runs it started.
    if (ms <= 0) await new Promise((resolve) => setImmediate(resolve));
    else await this.#world.clock.sleep(ms, this.#wake.signal).catch(() => {});
    if (this.#wake.signal.aborted) this.#wake = new AbortController();
  }
}

interface Entry {
  read: PlannedRead;
  row: ScheduleRow;
  state: 'idle' | 'queued' | 'running';
  due: Due | undefined;
  /** While running: when it is due again, and how the run is told to stop. */
  overdueAt: number | undefined;
  stop: AbortController | undefined;
}

/** Set back by more than this, the clock was changed. */
const clockSlackMs = 60_000;

/** Before what could not be written down is tried again. */
const unkeptPauseMs = 60_000;

/** A clock that was set, a machine that slept: never longer than this, in real time, without looking. */
const longestSleepMs = 30_000;

/** The clock was set back: what lies in the future now must not stop the schedule until then. */
function afterClockChange(row: ScheduleRow, now: number): ScheduleRow {
  const latest = now + failurePauseMs(Number.POSITIVE_INFINITY);
  if (row.servedTo <= now && row.notBefore <= latest) return row;
  return { ...row, servedTo: Math.min(row.servedTo, now), notBefore: Math.min(row.notBefore, latest) };
}

/** Somebody has done it by hand. */
function hasBackfilled({ state }: RuntimeWorld, { installation, objectName }: PlannedRead): boolean {
  return (
    state.db
      .prepare(
        `SELECT 1 FROM operations WHERE installation_id = ? AND lower(object) = lower(?) AND status = 'success'
           AND substr(org, 1, 18) = substr(?, 1, 18) AND json_extract(metadata, '$.readType') = 'backfill' LIMIT 1`,
      )
      .get(installation.id, objectName, installation.orgId) !== undefined
  );
}

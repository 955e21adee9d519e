import { closeInterruptedOperations } from '../../operations/interrupted.ts';
import { countOf } from '../../platform/group-digits.ts';
import { connectionLost } from '../connection-state.ts';
import { noteChoiceBroken, noteChoiceWorks } from '../installations/action-needed.ts';
import type { ReadSummary } from '../read/run-read.ts';
import type { RuntimeWorld } from '../run/runtime-service.ts';
import type { Due } from './due.ts';
import { judgeFailure } from './judge-failure.ts';
import type { OrgHolds } from './org-holds.ts';
import type { PlannedRead } from './planned-read.ts';
import { describe, type ReadOutcomes } from './read-outcome.ts';
import { runPlannedRead } from './run-planned-read.ts';
import type { ScheduleRow } from './schedule-store.ts';
import type { SchedulerMetrics } from './scheduler-metrics.ts';

/** How a run ended. */
export interface RunEnd {
  /** The place of the read in its schedule from now on; undefined when the run was stopped and counts for nothing. */
  row: ScheduleRow | undefined;
  /** What is planned may have changed: the read was paused, its org signed out. */
  changesPlan: boolean;
}

/** Runs one planned read to its end and draws the conclusions: its next place, what is held back, what people are told. */
export class ReadRunner {
  readonly #world: RuntimeWorld;
  readonly #outcomes: ReadOutcomes;
  readonly #holds: OrgHolds;
  readonly #metrics: SchedulerMetrics;
  /** Orgs that could not be reached the last time: said once, however many reads wait and however long. */
  readonly #unreachable = new Set<string>();

  constructor(world: RuntimeWorld, parts: { outcomes: ReadOutcomes; holds: OrgHolds; metrics: SchedulerMetrics }) {
    this.#world = world;
    this.#outcomes = parts.outcomes;
    this.#holds = parts.holds;
    this.#metrics = parts.metrics;
  }

  /** Rejects only when not even the end could be kept. */
  async run(read: PlannedRead, kind: Due['kind'], startedAt: number, signal: AbortSignal): Promise<RunEnd> {
    const { clock } = this.#world;
    const run = await runPlannedRead(this.#world, read, kind, signal).then(
      (summary) => ({ summary }),
      (error: unknown) => ({ error }),
    );
    await this.#noteUsage(read);
    const isElsewhere = this.#isElsewhere(read);
    // Told to stop, it was set aside; nobody will go on with it.
    if (isElsewhere) closeInterruptedOperations(this.#world.state.db, clock);
    const end = isElsewhere
      ? { outcome: 'stopped', row: undefined, changesPlan: true }
      : 'error' in run
        ? this.#takeFailure(read, kind, startedAt, run.error, signal)
        : this.#takeSuccess(read, kind, startedAt, run.summary);
    this.#metrics.runs.add(1, { kind, outcome: end.outcome });
    this.#metrics.duration.observe((clock.now() - startedAt) / 1000, { kind });
    return end;
  }

  /** Removed, or connected to another org while it was read: how this run ended means nothing for the next. */
  #isElsewhere({ installation }: PlannedRead): boolean {
    return this.#world.project.installations.get(installation.id)?.orgId !== installation.orgId;
  }

  #takeSuccess(
    read: PlannedRead,
    kind: Due['kind'],
    startedAt: number,
    summary: ReadSummary,
  ): RunEnd & { outcome: string } {
    const row = this.#outcomes.succeeded(read, kind, startedAt);
    noteChoiceWorks(this.#choices, read.installation.id, read.objectName);
    this.#metrics.records.add(summary.records);
    if (this.#unreachable.delete(read.installation.orgId))
      this.#world.logger.info('scheduler', `${this.#orgOf(read)} answers again: its reads go on.`);
    this.#say(read, kind, summary, this.#world.clock.now() - startedAt);
    return { outcome: 'success', row, changesPlan: false };
  }

  /** What brought something is worth a line; what did not, only with --verbose. */
  #say(read: PlannedRead, kind: Due['kind'], { records, messages }: ReadSummary, durationMs: number): void {
    const { logger } = this.#world;
    const what = `${kind === 'backfill' ? 'backfill, ' : ''}${countOf(records, 'record')} in ${countOf(messages, 'message')}`;
    const text = `${describe(read)}: ${what}, ${(durationMs / 1000).toFixed(1)} s`;
    if (records > 0 || kind === 'backfill') logger.info('scheduler', text);
    else logger.debug('scheduler', text);
  }

  #takeFailure(
    read: PlannedRead,
    kind: Due['kind'],
    startedAt: number,
    error: unknown,
    signal: AbortSignal,
  ): RunEnd & { outcome: string } {
    const { installation } = read;
    const { logger } = this.#world;
    const failure = judgeFailure(error, signal);
    const message = error instanceof Error ? error.message : String(error);
    if (failure === 'stopped') return { outcome: 'stopped', row: undefined, changesPlan: false };
    if (failure === 'failure') {
      logger.warning('scheduler', `${describe(read)} failed: ${message}`, { error });
      const row = this.#outcomes.failed(read, kind, startedAt, error);
      noteChoiceBroken(this.#choices, installation.id, error);
      return { outcome: failure, row, changesPlan: true };
    }
    const row = this.#outcomes.postponed(read, error);
    if (failure === 'signed-out') this.#signedOut(read, message);
    else if (failure === 'limited')
      this.#holds.hold(installation.orgId, describe(read), 'the org takes no more API calls today; reads wait');
    else if (failure === 'unreachable') this.#noteUnreachable(read, message);
    else logger.info('scheduler', `${describe(read)} waits: ${message}`);
    return { outcome: failure, row, changesPlan: failure === 'signed-out' };
  }

  #noteUnreachable(read: PlannedRead, message: string): void {
    const { logger } = this.#world;
    const { orgId } = read.installation;
    if (this.#unreachable.has(orgId)) logger.debug('scheduler', `${describe(read)} waits: ${message}`);
    else logger.warning('scheduler', `${this.#orgOf(read)}: its reads wait and are tried every minute: ${message}`);
    this.#unreachable.add(orgId);
  }

  /** What people call the org; the customer, when it could not even be opened. */
  #orgOf({ installation }: PlannedRead): string {
    const known = this.#world.orgs.opened().find(({ org }) => org.id === installation.orgId);
    return known?.org.alias ?? (installation.groupName || installation.groupRef);
  }

  #signedOut(read: PlannedRead, reason: string): void {
    const { state, project, notifier, projectId, clock, logger } = this.#world;
    const connections = { db: state.db, installations: project.installations, notifier, projectId, clock };
    connectionLost(connections, { id: read.installation.orgId }, reason);
    logger.error(
      'scheduler',
      `${read.installation.groupName || read.installation.groupRef} is signed out and stops: ${reason}`,
    );
  }

  get #choices() {
    const { state, project, clock } = this.#world;
    return { db: state.db, installations: project.installations, clock };
  }

  async #noteUsage({ installation }: PlannedRead): Promise<void> {
    const pooled = await this.#world.orgs.open(installation.orgId).catch(() => undefined);
    if (pooled) this.#holds.note(installation.orgId, pooled.org.alias, pooled.client.apiUsage);
  }
}

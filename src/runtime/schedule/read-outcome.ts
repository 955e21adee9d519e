import { pauseInstallation } from '../../installations/pause.ts';
import { installationSet } from '../../notifications/payload.ts';
import type { RuntimeWorld } from '../run/runtime-service.ts';
import { type Due, failurePauseMs } from './due.ts';
import type { PlannedRead } from './planned-read.ts';
import type { ScheduleRow, ScheduleStore } from './schedule-store.ts';

/** Again this soon after something that passes by itself and is nobody's fault. */
const passingMs = 60_000;

/** Writes down how a run ended, in one transaction with what follows from it. */
export interface ReadOutcomes {
  succeeded(read: PlannedRead, kind: Due['kind'], startedAt: number): ScheduleRow;
  /** It says nothing about the object: the same run again in a minute, or with the next tick when `delayMs` is longer. */
  postponed(read: PlannedRead, error: unknown): ScheduleRow;
  /** Counts, waits longer each time, and pauses the object in the end. */
  failed(read: PlannedRead, kind: Due['kind'], startedAt: number, error: unknown): ScheduleRow;
}

export function createReadOutcomes(world: RuntimeWorld, store: ScheduleStore): ReadOutcomes {
  const { clock, state, settings, logger } = world;
  const change = (read: PlannedRead, edit: (row: ScheduleRow) => ScheduleRow) =>
    state.db.transaction(() => {
      const row = edit(store.find(read.installation.id, read.objectName)!);
      store.save(read.installation.id, read.objectName, row);
      return row;
    });
  return {
    succeeded: (read, kind, startedAt) =>
      change(read, (row) => {
        world.notifier.clear('read.failing', subjectOf(read));
        return {
          ...row,
          servedTo: startedAt,
          backfill: kind === 'backfill' ? 'done' : row.backfill,
          failures: 0,
          notBefore: 0,
          lastError: null,
        };
      }),
    postponed: (read, error) =>
      change(read, (row) => ({ ...row, notBefore: clock.now() + passingMs, lastError: messageOf(error) })),
    failed: (read, kind, startedAt, error) =>
      change(read, (row) => {
        const failures = row.failures + 1;
        const failed: ScheduleRow = {
          ...row,
          servedTo: kind === 'backfill' ? row.servedTo : startedAt,
          failures,
          notBefore: clock.now() + failurePauseMs(failures),
          lastError: messageOf(error),
        };
        if (failures < settings.pauseAfterFailures) {
          world.notifier.warnOfFailingRead(subjectOf(read), `Reading ${describe(read)} failed: ${messageOf(error)}`);
          return failed;
        }
        pause(world, read, messageOf(error), failures);
        logger.error('scheduler', `${describe(read)} is paused after ${failures} failed runs: ${messageOf(error)}`, {
          error,
        });
        return { ...failed, pausedAt: clock.now() };
      }),
  };
}

/** Stops the object for this customer and tells the project. Its watermark stays, so a resume goes on from there. */
function pause(
  world: RuntimeWorld,
  { installation, integration, objectName }: PlannedRead,
  error: string,
  failures: number,
): void {
  const { clock, notifier, project, projectId } = world;
  const current = project.installations.get(installation.id);
  if (!current) return;
  const at = new Date(clock.now()).toISOString();
  const note = `${failures} failed runs in a row: ${error}`;
  const paused = pauseInstallation(current, integration, { objects: [objectName], note, at });
  project.installations.save(paused);
  notifier.notify('read.schedule.paused', {
    ...installationSet(paused, projectId),
    config: paused.config,
    error: `${objectName}: ${error}`,
  });
}

/** How a read is called in what the runtime says. */
export function describe({ installation, objectName }: PlannedRead): string {
  return `${objectName} of ${installation.groupName || installation.groupRef}`;
}

const subjectOf = ({ installation, objectName }: PlannedRead) => ({ subject: installation.id, object: objectName });

const messageOf = (error: unknown) => (error instanceof Error ? error.message : String(error));

import { createOutbox } from '../../destinations/outbox.ts';
import { announceReadDone } from '../read/announce-read.ts';
import { sourceOfInstallation } from '../read/read-source.ts';
import type { ReadSummary } from '../read/run-read.ts';
import { startRead } from '../read/start-read.ts';
import type { RuntimeWorld } from '../run/runtime-service.ts';
import type { Due } from './due.ts';
import type { PlannedRead } from './planned-read.ts';

/** Runs one read into the outbox. Told to stop, it keeps what is committed and goes on at the next start. Throws what `startRead` throws. */
export async function runPlannedRead(
  world: RuntimeWorld,
  { installation, integration, objectName }: PlannedRead,
  kind: Due['kind'],
  signal: AbortSignal,
): Promise<ReadSummary> {
  const { state, log, clock, logger, notifier, projectId } = world;
  const { org, client, describe } = await world.orgs.open(installation.orgId);
  const source = sourceOfInstallation(installation, integration, objectName);
  const outbox = createOutbox(state.db, () => clock.now());
  const summary = await startRead(
    {
      client,
      describe,
      state,
      log,
      clock,
      signal,
      setsAside: true,
      notice: (text) => logger.debug('scheduler', text),
    },
    {
      readType: kind,
      source,
      org,
      target: { kind: 'deliver', outbox, projectId },
      startedBy: 'schedule',
    },
  );
  announceReadDone(notifier, {
    projectId,
    installation,
    readType: kind,
    objectName: source.object.mapToName ?? source.object.objectName,
  });
  return summary;
}

import { AmpError } from '../../errors/amp-error.ts';
import type { RuntimeService, RuntimeWorld } from '../run/runtime-service.ts';
import { type ReadRun, ReadStore } from './read-store.ts';
import { triggerRead } from './trigger-read.ts';

/**
 * Goes on with the triggered reads that the end of the runtime before cut short: whoever triggered one has its operation id
 * and waits. They run one after another, and then there is nothing more to do.
 */
export function createTriggeredReadsService(): RuntimeService {
  return {
    name: 'triggered-reads',
    async run(world, signal) {
      const store = new ReadStore(world.state.db, () => world.clock.now());
      for (const run of store.listUnfinishedOf('api')) {
        if (signal.aborted) return;
        try {
          await goOn(world, store, run, signal);
        } catch (error) {
          // It says so in its operation; the others are not to wait for it.
          world.logger.warning('triggered-reads', `${run.operationId}: ${(error as Error).message}`, { error });
        }
      }
    },
  };
}

async function goOn(world: RuntimeWorld, store: ReadStore, run: ReadRun, signal: AbortSignal): Promise<void> {
  const { state, log, clock, project, notifier, projectId, logger } = world;
  const { objectName, flags } = run.request as {
    objectName: string;
    flags: { group: string; integration: string; since?: string; until?: string };
  };
  const giveUp = (reason: AmpError) => {
    store.end(run.id, 'abandoned');
    log.reopen(run.operationId)?.fail(reason);
  };
  const installation = project.installations.find(flags.group, flags.integration);
  const integration = installation && project.integrationOf(installation);
  if (!installation || !integration) {
    giveUp(new AmpError({ code: 'installation-not-found', message: 'The installation was removed meanwhile.' }));
    return;
  }
  const { org, client, describe } = await world.orgs.open(installation.orgId);
  const { operationId, ended } = await triggerRead(
    {
      client,
      describe,
      state,
      log,
      clock,
      signal,
      notice: (text) => logger.debug('triggered-reads', text),
      org,
      installations: project.installations,
      notifier,
      projectId,
    },
    {
      installation,
      integration,
      objectName,
      sinceTimestamp: flags.since,
      untilTimestamp: flags.until,
      startedBy: 'api',
    },
  );
  await ended;
  // Other choices of the customer make it another read: the old one is not taken up for ever.
  if (store.findByOperation(operationId)?.id !== run.id) {
    giveUp(
      new AmpError({ code: 'read-not-resumable', message: `Started over as ${operationId}: its choices changed.` }),
    );
  }
}

import { createOutbox } from '../../destinations/outbox.ts';
import { AmpError } from '../../errors/amp-error.ts';
import type { InstallationRecord } from '../../installations/installation.ts';
import type { Integration, WatchSchema } from '../../manifest/manifest.ts';
import { realTimeMs } from '../../platform/clock.ts';
import { countOf } from '../../platform/group-digits.ts';
import { sideBySide } from '../../platform/side-by-side.ts';
import type { RuntimeService, RuntimeWorld } from '../run/runtime-service.ts';
import { listOrgHolds } from '../schedule/org-holds.ts';
import { freshDescribe } from './look-at-object.ts';
import { nextSchemaCheck } from './schema-schedule.ts';
import { SchemaStore } from './schema-store.ts';
import { type ObjectWatch, watchSchema } from './watch-schema.ts';

/** Installations looked at at once; all have the same default schedule. */
const installationsAtOnce = 4;
/** A run that failed, wholly or in part, is made again after this; one that did not get as far as the org sooner. */
const afterFailureMs = 3_600_000;
const afterUnreachableMs = 600_000;
/** A clock that was set, a machine that slept, a held org: never longer than this, in real time, without looking. */
const longestWaitMs = 60_000;

interface Watched {
  installation: InstallationRecord;
  integration: Integration;
  watch: WatchSchema;
}

/**
 * Watches the schema of every installation whose manifest asks for it: the baseline at once, then on schedule. What is due
 * follows from when messages last told something, which stands in the store; only failed runs are remembered here.
 */
export function createSchemaService(): RuntimeService {
  return {
    name: 'schema',
    async run(world, signal) {
      const store = new SchemaStore(world.state.db);
      const againAt = new Map<string, number>();
      const checks = world.metrics.counter(
        'amp_schema_checks_total',
        'Objects whose schema was looked at, by outcome.',
      );
      while (!signal.aborted) {
        const seen = world.changes.version;
        const now = world.clock.now();
        const watched = findWatched(world);
        const dueAt = (one: Watched) => againAt.get(one.installation.id) ?? nextCheckOf(store, one);
        const due = watched.filter((one) => dueAt(one) <= now);
        await sideBySide(due, installationsAtOnce, async (one) => {
          if (signal.aborted) return;
          const pauseMs = await runWatch(world, store, one, signal, (outcome) => checks.add(1, { outcome }));
          if (pauseMs === undefined) againAt.delete(one.installation.id);
          else againAt.set(one.installation.id, now + pauseMs);
        });
        const next = Math.min(...watched.map(dueAt), now + realTimeMs(world.clock, longestWaitMs));
        await world.changes.wait(seen, Math.max(1_000, next - world.clock.now()), signal).catch(() => {});
      }
    },
  };
}

function findWatched({ project, state }: RuntimeWorld): Watched[] {
  const held = new Set(listOrgHolds(state.db).map(({ org }) => org));
  return project.installations.list().flatMap((installation) => {
    // A pause is one of scheduled reads; schemas are looked at all the same.
    if (installation.status === 'needs_reauth' || held.has(installation.orgId)) return [];
    const integration = project.integrationOf(installation);
    const watch = integration?.watchSchema;
    return integration?.read && watch ? [{ installation, integration, watch }] : [];
  });
}

function nextCheckOf(store: SchemaStore, { installation, watch }: Watched): number {
  const told = store.lastToldAt(installation.id, installation.orgId);
  return told === undefined ? 0 : nextSchemaCheck(watch, told);
}

/** How long to wait before it is made again out of turn; undefined when every object was looked at. */
async function runWatch(
  world: RuntimeWorld,
  store: SchemaStore,
  { installation, integration }: Watched,
  signal: AbortSignal,
  count: (outcome: ObjectWatch['outcome']) => void,
): Promise<number | undefined> {
  const { state, clock, log, logger } = world;
  const who = installation.groupName || installation.groupRef;
  try {
    const { org, client } = await world.orgs.open(installation.orgId);
    const watched = await watchSchema(
      {
        client,
        describe: freshDescribe(client, clock, signal),
        clock,
        store,
        signal,
        db: state.db,
        log,
        outbox: createOutbox(state.db, () => clock.now()),
        projectId: world.projectId,
      },
      { installation, integration, orgId: org.id, startedBy: 'schedule' },
    );
    for (const { objectName, outcome, changes } of watched) {
      count(outcome);
      if (outcome === 'changed')
        logger.info('schema', `${objectName} of ${who}: ${countOf(changes, 'field')} changed.`);
      if (outcome === 'failed') logger.warning('schema', `${objectName} of ${who} could not be looked at.`);
    }
    return watched.every(({ outcome }) => outcome !== 'failed') ? undefined : afterFailureMs;
  } catch (error) {
    if (!signal.aborted) logger.warning('schema', `${who}: ${(error as Error).message}`, { error });
    const isUnreachable = error instanceof AmpError && error.code === 'salesforce-unreachable';
    return isUnreachable ? afterUnreachableMs : afterFailureMs;
  }
}

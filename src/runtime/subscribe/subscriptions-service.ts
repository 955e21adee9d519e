import { createDestinationStore } from '../../destinations/destination-store.ts';
import { installationSet } from '../../notifications/payload.ts';
import { realTimeMs } from '../../platform/clock.ts';
import { countOf } from '../../platform/group-digits.ts';
import { setupClicks } from '../../providers/salesforce/events/channel-selection.ts';
import type { RuntimeService, RuntimeWorld } from '../run/runtime-service.ts';
import { type FollowedInstallation, followInstallation, lookAgainMs } from './follow-installation.ts';
import { followedObjects } from './followed-objects.ts';
import { isRefusal, type RefusedObject } from './refusal.ts';

/**
 * Follows the change events of every installation that subscribes to something, one stream each: a customer whose org is
 * down, or whose grant is gone, is nobody else's matter. A follower starts anew when its installation, manifest or sign-in
 * changes, from the position it had.
 */
export function createSubscriptionsService(): RuntimeService {
  const followers = new Map<string, Follower>();
  return {
    name: 'subscriptions',
    health() {
      if (followers.size === 0) return { ok: true };
      const connected = [...followers.values()].filter(({ state }) => state === 'connected').length;
      const refused = [...followers.values()].reduce((sum, one) => sum + one.refusedObjects, 0);
      const left = refused > 0 ? `, ${countOf(refused, 'object')} left out` : '';
      return { ok: true, message: `${connected} of ${countOf(followers.size, 'stream')} connected${left}` };
    },
    async run(world, signal) {
      const gauge = world.metrics.gauge('amp_subscriptions', 'Streams of installations, by state.');
      world.metrics.onCollect(() => {
        gauge.reset();
        for (const state of ['connected', 'connecting', 'refused'] as const)
          gauge.set([...followers.values()].filter((one) => one.state === state).length, { state });
      });
      try {
        while (!signal.aborted) {
          const seen = world.changes.version;
          await adjust(world, followers);
          await world.changes.wait(seen, realTimeMs(world.clock, longestWaitMs), signal).catch(() => {});
        }
      } finally {
        await Promise.all([...followers.values()].map((follower) => follower.stop()));
        followers.clear();
      }
    },
  };
}

const longestWaitMs = 60_000;

interface Follower {
  /** Differs when it has to start anew. */
  readonly version: string;
  readonly state: 'connecting' | 'connected' | 'refused';
  /** Objects left out of a stream that is connected. */
  readonly refusedObjects: number;
  stop(): Promise<void>;
}

/** Stops the followers that are no longer wanted as they are, and starts those that are. */
async function adjust(world: RuntimeWorld, followers: Map<string, Follower>): Promise<void> {
  const wanted = new Map(findFollowed(world).map((one) => [one.installation.id, one]));
  const stopping: Promise<void>[] = [];
  for (const [id, follower] of followers) {
    const next = wanted.get(id);
    if (next && versionOf(world, next) === follower.version) continue;
    followers.delete(id);
    stopping.push(follower.stop());
  }
  await Promise.all(stopping);
  for (const [id, followed] of wanted) if (!followers.has(id)) followers.set(id, startFollower(world, followed));
}

function findFollowed({ project }: RuntimeWorld): FollowedInstallation[] {
  return project.installations.list().flatMap((installation) => {
    // A pause is one of scheduled reads; events go on.
    if (installation.status === 'needs_reauth') return [];
    const integration = project.integrationOf(installation);
    const objects = integration ? followedObjects(integration, installation) : [];
    return integration && objects.length > 0 ? [{ installation, integration, objects }] : [];
  });
}

function versionOf({ state }: RuntimeWorld, { installation, integration, objects }: FollowedInstallation): string {
  const { revision, updatedAt, orgId, config } = installation;
  const own = Object.values(config.subscribe?.objects ?? {});
  const named = [...own, ...(integration.subscribe?.objects ?? [])].map(({ destination }) => destination);
  const destinations = createDestinationStore(state.db);
  // One that is added makes its objects well again.
  const there = [...new Set(named)].filter((name) => name !== undefined && destinations.find(name) !== undefined);
  return JSON.stringify([revision, updatedAt, orgId, objects, config, there]);
}

const firstPauseMs = 5_000;
const longestPauseMs = 5 * 60_000;
/** A stream that was connected for this long works: a failure after it is a new one. */
const steadyMs = 5 * 60_000;

function startFollower(world: RuntimeWorld, followed: FollowedInstallation): Follower {
  const { clock, logger, notifier, projectId, random } = world;
  const { installation } = followed;
  const who = installation.groupName || installation.groupRef;
  const stop = new AbortController();
  let state: Follower['state'] = 'connecting';
  let failures = 0;
  let connectedAt: number | undefined;
  let refusedObjects = 0;
  let leftOut = '';
  let unselected = '';

  const follow = async (): Promise<void> => {
    while (!stop.signal.aborted) {
      const asksAnew = failures > 0 || refusedObjects > 0;
      try {
        await followInstallation(world, followed, { onConnected, onReconnecting }, stop.signal, asksAnew);
      } catch (error) {
        if (stop.signal.aborted) return;
        await clock.sleep(takeFailure(error), stop.signal).catch((reason) => {
          // Without a clock to wait by it would try again and again, and nothing else would get its turn.
          if (!stop.signal.aborted) throw reason;
        });
      }
    }
  };
  const onConnected = (silent: readonly string[], refused: readonly RefusedObject[]) => {
    const left = refused.map(({ objectName, error }) => `${objectName} is left out: ${error.message}`).join(' ');
    if (state !== 'connected' || left !== leftOut || silent.join() !== unselected) {
      const names = followed.objects.filter((name) => !refused.some(({ objectName }) => objectName === name));
      logger.info('subscriptions', `${who}: following ${names.join(', ')}.`);
      if (left !== '' && left !== leftOut) logger.error('subscriptions', `${who}: ${left}`);
      if (silent.length > 0 && silent.join() !== unselected) sayUnselected(silent);
    }
    unselected = silent.join();
    state = 'connected';
    connectedAt ??= clock.now();
    refusedObjects = refused.length;
    leftOut = left;
    if (left !== '')
      notifier.notify('subscribe.create.error', { ...installationSet(installation, projectId), error: left });
    else if (silent.length === 0) notifier.clear('subscribe.create.error', { subject: installation.id });
  };
  const sayUnselected = (objects: readonly string[]) => {
    const error = `${objects.join(', ')}: not selected for change events in this org, so none will come. ${setupClicks}.`;
    logger.warning('subscriptions', `${who}: ${error}`);
    notifier.notify('subscribe.create.error', { ...installationSet(installation, projectId), error });
  };
  const onReconnecting = (reason: string) => {
    if (state === 'connected') logger.info('subscriptions', `${who}: ${reason}; connecting again.`);
    state = 'connecting';
  };
  /** How long to wait before the next attempt. */
  const takeFailure = (error: unknown): number => {
    const message = error instanceof Error ? error.message : String(error);
    if (connectedAt !== undefined && clock.now() - connectedAt >= steadyMs) failures = 0;
    connectedAt = undefined;
    refusedObjects = 0;
    failures++;
    if (isRefusal(error)) {
      if (state !== 'refused') logger.error('subscriptions', `${who}: ${message}`, { error });
      state = 'refused';
      notifier.notify('subscribe.create.error', { ...installationSet(installation, projectId), error: message });
      return lookAgainMs;
    }
    state = 'connecting';
    logger.warning('subscriptions', `${who}: ${message}`, { error });
    return Math.min(longestPauseMs, firstPauseMs * 2 ** (failures - 1)) * (0.8 + 0.4 * random());
  };

  const following = follow();
  // Told by stop().
  following.catch(() => {});
  return {
    version: versionOf(world, followed),
    get state() {
      return state;
    },
    get refusedObjects() {
      return refusedObjects;
    },
    async stop() {
      stop.abort();
      await following;
    },
  };
}

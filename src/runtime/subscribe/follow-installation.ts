import { createDestinationStore, type DestinationStore } from '../../destinations/destination-store.ts';
import { createOutbox } from '../../destinations/outbox.ts';
import { AmpError } from '../../errors/amp-error.ts';
import type { InstallationRecord } from '../../installations/installation.ts';
import type { Integration } from '../../manifest/manifest.ts';
import type { LogHandle } from '../../operations/operation-log.ts';
import { fetchSelections } from '../../providers/salesforce/events/channel-selection.ts';
import { createCometdSource } from '../../providers/salesforce/events/cometd-source.ts';
import { createCometdTransport } from '../../providers/salesforce/events/cometd-transport.ts';
import type { Database } from '../../store/database.ts';
import { type MessageOwner, workspaceOf } from '../read/envelope.ts';
import { sourceOfInstallation } from '../read/read-source.ts';
import type { PooledOrg } from '../run/org-pool.ts';
import type { RuntimeWorld } from '../run/runtime-service.ts';
import { freshDescribe } from '../schema/look-at-object.ts';
import { createDeliveredLog } from './delivered-log.ts';
import { followEvents } from './follow.ts';
import { orgWorld } from './org-world.ts';
import { addToOutbox } from './outbox-messages.ts';
import { isRefusal, type RefusedObject } from './refusal.ts';
import { watchSelection } from './selection-watch.ts';
import { StreamStore } from './stream-store.ts';
import type { Subscription } from './subscription.ts';
import { resolveSubscription, subscribedObject } from './subscription-source.ts';
import { withStarts } from './subscription-starts.ts';

export interface FollowedInstallation {
  installation: InstallationRecord;
  integration: Integration;
  /** Manifest's spelling. */
  objects: readonly string[];
}

/** What the org refuses needs a person; looked at again this often all the same. */
export const lookAgainMs = 60 * 60_000;

export interface FollowEvents {
  /**
   * `silent`: objects the org publishes no change events for, so nothing of them will come. `refused`: objects left out,
   * because the org lacks or hides what they need.
   */
  onConnected(silent: readonly string[], refused: readonly RefusedObject[]): void;
  onReconnecting(reason: string): void;
}

/**
 * Follows until the signal aborts; every event goes into the outbox together with its position. `asksAnew`: what is
 * remembered of the org's schema may be the trouble. While objects are left out it ends after an hour, to be started anew
 * and find them well again. Throws `subscribe-…`, `org-…`, and `read-…` when no object is left.
 */
export async function followInstallation(
  world: RuntimeWorld,
  followed: FollowedInstallation,
  events: FollowEvents,
  signal: AbortSignal,
  asksAnew = false,
): Promise<void> {
  const { state, clock, logger } = world;
  const { installation } = followed;
  const pooled = await world.orgs.open(installation.orgId);
  const { client } = pooled;
  const describe = asksAnew ? freshDescribe(client, clock, signal) : pooled.describe;
  const store = new StreamStore(state.db, () => clock.now());
  const { resolved, refused } = await resolveAll(describe, followed, createDestinationStore(state.db));
  const subscriptions = withStarts(state.db, installation, resolved, clock.now());
  const streams = openStreams(world, installation, subscriptions);
  const outbox = createOutbox(state.db, () => clock.now());
  const owner = ownerOf(world, installation, followed.integration, client.instanceUrl);
  const delivered = world.metrics.counter('amp_events_total', 'Change events put into the outbox.');
  const round = new AbortController();
  const ends = AbortSignal.any([signal, round.signal]);
  const org = orgWorld(client, describe, ends);
  const transaction = (work: () => void) =>
    state.db.transaction(() => {
      assertStill(state.db, installation);
      work();
    });
  const names = subscriptions.map(({ object }) => object);
  const selection = watchSelection({
    store,
    clock,
    subscriptions,
    orgTime: org.orgTime,
    fetchSelections: () => fetchSelections(client, names, ends),
    transaction,
    onChange: (silent) => events.onConnected(silent, refused),
  });
  await selection.look();
  store.forgetOldSeen();
  if (refused.length > 0)
    clock.sleep(lookAgainMs, ends).then(
      () => round.abort(),
      () => {},
    );
  const told = createDeliveredLog(streams, 'put into the outbox', () => clock.now());
  await followEvents(
    {
      source: createCometdSource({ transport: createCometdTransport(client), clock, random: world.random }),
      store,
      clock,
      signal: ends,
      ...org,
      findLapses: selection.findLapses,
      transaction,
      deliver: (items) => addToOutbox(outbox, owner, items, () => clock.now()),
      onDelivered: (items) => {
        const [first] = items;
        if (!first) return;
        delivered.add(items.length, { object: first.subscription.object });
        told.add(items);
      },
      onStatus: (status) => {
        if (status.state === 'connected') events.onConnected(selection.silent, refused);
        else events.onReconnecting(status.reason);
      },
      note: (channel, kind, message) => {
        if (kind === 'status') streams.get(channel)?.info(message);
        else streams.get(channel)?.warning(message, { kind });
        if (kind !== 'status') logger.warning('subscriptions', `${installation.groupName}: ${message}`);
      },
    },
    subscriptions,
    ({ scope, channel }) => {
      const stored = store.position(scope, channel);
      return stored ? { after: stored.replayId } : 'earliest';
    },
  ).finally(() => {
    round.abort();
    told.end();
  });
}

/** Inside the transaction: what was on its way when somebody uninstalled, or connected another org, must not be kept. */
function assertStill(db: Database, { id, orgId }: InstallationRecord): void {
  const row = db.prepare('SELECT org_id FROM installations WHERE id = ?').get<{ org_id: string }>(id);
  if (row?.org_id === orgId) return;
  const message = row ? 'The installation was connected anew meanwhile.' : 'The installation was removed meanwhile.';
  throw new AmpError({ code: 'installation-not-found', message });
}

/** Throws what refuses the last object, and whatever is no refusal. */
async function resolveAll(
  describe: PooledOrg['describe'],
  { installation, integration, objects }: FollowedInstallation,
  destinations: Pick<DestinationStore, 'require'>,
): Promise<{ resolved: Subscription[]; refused: RefusedObject[] }> {
  const resolved: Subscription[] = [];
  const refused: RefusedObject[] = [];
  const tries = objects.map(async (name) => {
    const source = sourceOfInstallation(installation, integration, name);
    const subscribed = subscribedObject(source);
    const config = subscribed && installation.config.subscribe?.objects?.[subscribed.objectName];
    const subscription = await resolveSubscription({ describe, source, subscribed, config, scope: installation.id });
    if (subscription.destination !== undefined) destinations.require(subscription.destination);
    return subscription;
  });
  for (const [index, outcome] of (await Promise.allSettled(tries)).entries()) {
    if (outcome.status === 'fulfilled') resolved.push(outcome.value);
    else if (isRefusal(outcome.reason)) refused.push({ objectName: objects[index]!, error: outcome.reason });
    else throw outcome.reason;
  }
  if (resolved.length === 0 && refused[0]) throw refused[0].error;
  return { resolved, refused };
}

/** The log of each channel: subscriptions have no operations, `amp logs` shows these instead. */
function openStreams(
  { log }: RuntimeWorld,
  { id, integration, groupRef, orgId }: InstallationRecord,
  subscriptions: readonly Subscription[],
): Map<string, LogHandle> {
  return new Map(
    subscriptions.map(({ channel, object }) => [
      channel,
      log.stream({ action: 'subscribe', object, org: orgId, integration, installationId: id, groupRef }),
    ]),
  );
}

function ownerOf(
  { projectId }: RuntimeWorld,
  installation: InstallationRecord,
  { provider }: Integration,
  instanceUrl: string,
): MessageOwner {
  return {
    projectId,
    provider,
    workspace: workspaceOf(instanceUrl),
    groupRef: installation.groupRef,
    groupName: installation.groupName,
    consumerRef: installation.consumerRef ?? '',
    consumerName: installation.consumerName ?? '',
    installationId: installation.id,
    installationUpdateTime: installation.updatedAt,
  };
}

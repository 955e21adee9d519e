import { randomInt } from 'node:crypto';
import type { Context } from '../cli/context.ts';
import { locateAnyState } from '../config/project.ts';
import { deliverySettings } from '../destinations/delivery-settings.ts';
import { createOutbox } from '../destinations/outbox.ts';
import { deliverPending } from '../destinations/sender/deliver-pending.ts';
import { loadBase } from '../environments/local/revisions.ts';
import { AmpError } from '../errors/amp-error.ts';
import type { InstallationRecord } from '../installations/installation.ts';
import type { LogHandle } from '../operations/operation-log.ts';
import { countOf } from '../platform/group-digits.ts';
import type { StartPosition } from '../providers/event-source.ts';
import { createDescriber } from '../providers/salesforce/describe/describer.ts';
import { fetchSelection, selectObject, setupClicks } from '../providers/salesforce/events/channel-selection.ts';
import { createCometdSource } from '../providers/salesforce/events/cometd-source.ts';
import { createCometdTransport } from '../providers/salesforce/events/cometd-transport.ts';
import type { SalesforceClient } from '../providers/salesforce/rest/client.ts';
import { openWatchedOrg } from '../runtime/open-watched-org.ts';
import type { MessageOwner } from '../runtime/read/envelope.ts';
import { workspaceOf } from '../runtime/read/envelope.ts';
import { createDeliveredLog } from '../runtime/subscribe/delivered-log.ts';
import type { Delivered, FollowWorld } from '../runtime/subscribe/follow.ts';
import { followEvents } from '../runtime/subscribe/follow.ts';
import { orgWorld } from '../runtime/subscribe/org-world.ts';
import { addToOutbox } from '../runtime/subscribe/outbox-messages.ts';
import type { Subscription } from '../runtime/subscribe/subscription.ts';
import type { State } from '../store/state.ts';
import { openState } from '../store/state.ts';
import { findPlace } from './find-place.ts';
import { openLog } from './open-log.ts';
import type { TailFlags } from './tail.ts';
import { forwardStep, openForwarder } from './tail-forward.ts';
import { type Keeping, openKeeping } from './tail-keeping.ts';
import { createShow } from './tail-show.ts';
import { startTailStatus, type TailStatus } from './tail-status.ts';
import { resolveAll } from './tail-subscriptions.ts';

/** Follows the objects until Ctrl-C or --max, shows every event, and keeps the position where the user can go on. */
export async function runTail(context: Context, objects: readonly string[], flags: TailFlags): Promise<void> {
  const state = openState(locateAnyState(context));
  try {
    await tailWith(context, state, objects, flags);
  } finally {
    state.close();
  }
}

async function tailWith(context: Context, state: State, objects: readonly string[], flags: TailFlags): Promise<void> {
  const { output, clock } = context;

  const place = await findPlace(context, state, flags);
  const { org, client } = await openWatchedOrg(context, state, place.installation?.orgId ?? flags.org);
  const scope = `tail:${place.installation?.id ?? org.id}`;
  const { signal } = context;
  const describer = createDescriber({ client, org, clock, cacheDir: context.config.cacheDir });
  const describe = (name: string) => describer.object(name);
  const subscriptions = await resolveAll(describe, place, objects, scope, flags);
  await checkSelection(context, client, subscriptions, flags.select === true, signal);
  const forwarder = await openForwarder(context, flags, subscriptions);
  const envelope = await envelopeOf(state, place.installation, client.instanceUrl, org);
  const commitToOutbox = flags.deliver ? await outboxWriter(context, state, envelope) : undefined;
  const show = await createShow(context);
  const streams = await openStreams(context, state, place.installation, org.id, subscriptions);
  const asked = orgWorld(client, describe, signal);
  const keeping = openKeeping(context, state, scope, flags);
  const begun = await chooseStarts(subscriptions, flags.from ?? 'now', keeping, asked.orgTime).catch((error) => {
    keeping.close();
    throw error;
  });
  const status = startTailStatus(context);
  const told = createDeliveredLog(streams, flags.deliver ? 'put into the outbox' : 'shown', () => clock.now());
  const world: FollowWorld = {
    source: createCometdSource({
      transport: createCometdTransport(client),
      clock,
      random: () => randomInt(2 ** 32) / 2 ** 32,
    }),
    store: keeping.store,
    clock,
    signal,
    limit: flags.max,
    // A line for people shows only what the event itself says.
    withRecords: !flags['no-records'] && (output.json || forwarder !== undefined || flags.deliver === true),
    ...asked,
    transaction: keeping.transaction,
    deliver: (items) => commitToOutbox?.(items),
    // The place is kept once the reader of stdout, or the app, has what stands before it.
    takeStep: async (items, commit) => {
      await show(items);
      if (forwarder) await forwardStep(forwarder, envelope, items, commit);
      else commit();
    },
    onDelivered: (items) => {
      told.add(items);
      status.onDelivered(items);
    },
    onPosition: ({ replayId }) => status.onPosition(replayId),
    onStatus: (change) => status.onStatus(change),
    note: (channel, kind, message) => {
      if (kind === 'status') streams.get(channel)?.info(message);
      else streams.get(channel)?.warning(message, { kind });
      if (kind !== 'status') output.warning(message);
    },
  };
  const following = followEvents(world, begun.subscriptions, begun.startOf).then(() => forwarder?.finish());
  // What is committed leaves while we go on following.
  const delivering = flags.deliver ? deliver(context, state, following) : undefined;
  try {
    await following;
    await delivering;
  } finally {
    // It stops with the stream, but needs the state until then.
    await delivering?.catch(() => {});
    status.stop();
    told.end();
    keeping.close();
  }
  sayGoodbye(context, status, forwarder?.waiting ?? 0);
}

function sayGoodbye({ output, signal }: Context, { events, replayId }: TailStatus, waiting: number): void {
  if (output.json) output.line({ type: 'summary', events, ...(replayId ? { replayId } : {}) });
  else if (signal.aborted) {
    const left = waiting > 0 ? ` ${countOf(waiting, 'message')} not forwarded yet.` : '';
    output.notice(`\n${countOf(events, 'event')}.${left} Go on from here with --from stored.`);
  }
}

/** The log of each channel: subscriptions have no operations, `amp logs` shows these instead. */
async function openStreams(
  context: Context,
  state: State,
  installation: InstallationRecord | undefined,
  org: string,
  subscriptions: readonly Subscription[],
): Promise<Map<string, LogHandle>> {
  const log = await openLog(context, state);
  const whom = installation && {
    integration: installation.integration,
    installationId: installation.id,
    groupRef: installation.groupRef,
  };
  return new Map(
    subscriptions.map(({ channel, object }) => [channel, log.stream({ action: 'subscribe', object, org, ...whom })]),
  );
}

/** An object that is not selected for change events is silent for ever: say so, or select it when asked to. */
async function checkSelection(
  { output }: Context,
  client: SalesforceClient,
  subscriptions: readonly Subscription[],
  select: boolean,
  signal: AbortSignal,
): Promise<void> {
  for (const { object, channel } of subscriptions) {
    if (!channel.startsWith('/data/') || (await fetchSelection(client, object, signal)) !== 'not-selected') continue;
    if (select) {
      await selectObject(client, object, signal);
      output.notice(`${object} now publishes change events.`);
    } else {
      output.warning(
        `${object} is not selected for change events in this org: nothing will come. Run again with --select, or: ${setupClicks}.`,
      );
    }
  }
}

/** Where each subscription begins, and from which moment on its events are meant. */
async function chooseStarts(
  subscriptions: readonly Subscription[],
  from: string,
  { stored, store }: Keeping,
  orgTime: () => Promise<number>,
): Promise<{ subscriptions: Subscription[]; startOf: (subscription: Subscription) => StartPosition }> {
  if (!/^(?:now|earliest|stored|\d+)$/.test(from))
    throw new AmpError({ code: 'usage', message: `--from ${from} is not now, earliest, stored or a replay id.` });
  const starts = new Map<string, StartPosition>();
  const now = ['now', 'stored'].includes(from) ? await orgTime() : undefined;
  const begun = subscriptions.map((subscription): Subscription => {
    const { scope, channel } = subscription;
    const position = from === 'stored' ? stored.position(scope, channel) : undefined;
    // Stopped before its first event, an earlier tail left only the moment it began.
    const sinceMs = from === 'stored' ? stored.start(scope, channel) : undefined;
    if (position) starts.set(channel, { after: position.replayId });
    else if (sinceMs !== undefined) starts.set(channel, 'earliest');
    else if (now !== undefined) starts.set(channel, 'now');
    else starts.set(channel, from === 'earliest' ? from : { after: from });
    if (starts.get(channel) === 'now') store.beginAt(scope, channel, now!);
    if (position || now === undefined) return subscription;
    return { ...subscription, sinceMs: sinceMs ?? now };
  });
  return { subscriptions: begun, startOf: ({ channel }) => starts.get(channel)! };
}

async function outboxWriter(context: Context, state: State, envelope: MessageOwner) {
  const outbox = createOutbox(state.db, () => context.clock.now());
  return (items: readonly Delivered[]) => addToOutbox(outbox, envelope, items, () => context.clock.now());
}

async function deliver(context: Context, state: State, following: Promise<unknown>): Promise<void> {
  const result = await deliverPending({
    state,
    ...deliverySettings(context),
    until: 'drained',
    during: following.then(() => ({})),
    limitMs: 10_000,
  });
  for (const { destination, error } of result.problems) {
    context.output.warning(`${destination}: ${(error as Error).message}`);
  }
  if (result.pending > 0) context.output.notice(`${result.pending} messages wait in the outbox.`);
}

async function envelopeOf(
  state: State,
  installation: InstallationRecord | undefined,
  instanceUrl: string,
  org: { alias: string; updatedAt: string },
): Promise<MessageOwner> {
  return {
    projectId: loadBase(state.db).lineage,
    provider: 'salesforce',
    workspace: workspaceOf(instanceUrl),
    groupRef: installation?.groupRef ?? org.alias,
    groupName: installation?.groupName ?? org.alias,
    consumerRef: installation?.consumerRef ?? '',
    consumerName: installation?.consumerName ?? '',
    installationId: installation?.id ?? '',
    installationUpdateTime: installation?.updatedAt ?? org.updatedAt,
  };
}

import { randomInt } from 'node:crypto';
import type { Context } from '../cli/context.ts';
import { AmpError } from '../errors/amp-error.ts';
import type { InstallationRecord } from '../installations/installation.ts';
import type { LogHandle } from '../operations/operation-log.ts';
import type { StartPosition } from '../providers/event-source.ts';
import type { SalesforceClient } from '../providers/salesforce/rest/client.ts';
import type { MessageOwner } from '../runtime/read/envelope.ts';
import type { Delivered, FollowWorld } from '../runtime/subscribe/follow.ts';
import type { StreamStore } from '../runtime/subscribe/stream-store.ts';
import type { Subscription } from '../runtime/subscribe/subscription.ts';
import type { State } from '../store/state.ts';
import { findPlace } from './find-place.ts';
import type { TailFlags } from './tail.ts';
import { forwardStep, openForwarder } from './tail-forward.ts';
import { resolveAll } from './tail-subscriptions.ts';

/** Follows the objects until Ctrl-C or --max, shows every event, and keeps the position where the user can go on. */
export async function runTail(context: Context, objects: readonly string[], flags: TailFlags): Promise<void> {
  const { openState } = await import('../store/state.ts');
  const { locateAnyState } = await import('../config/project.ts');
  const state = openState(locateAnyState(context));
  try {
    await tailWith(context, state, objects, flags);
  } finally {
    state.close();
  }
}

async function tailWith(context: Context, state: State, objects: readonly string[], flags: TailFlags): Promise<void> {
  const { openWatchedOrg } = await import('../runtime/open-watched-org.ts');
  const { createCometdSource } = await import('../providers/salesforce/events/cometd-source.ts');
  const { createCometdTransport } = await import('../providers/salesforce/events/cometd-transport.ts');
  const { createDescriber } = await import('../providers/salesforce/describe/describer.ts');
  const { followEvents } = await import('../runtime/subscribe/follow.ts');
  const { orgWorld } = await import('../runtime/subscribe/org-world.ts');
  const { StreamStore } = await import('../runtime/subscribe/stream-store.ts');
  const { output, clock } = context;

  const place = await findPlace(context, state, flags);
  const { org, client } = await openWatchedOrg(context, state, place.installation?.orgId ?? flags.org);
  const scope = `tail:${place.installation?.id ?? org.id}`;
  const store = new StreamStore(state.db, () => clock.now());
  const { signal } = context;
  const describer = createDescriber({ client, org, clock, cacheDir: context.config.cacheDir });
  const describe = (name: string) => describer.object(name);
  const subscriptions = await resolveAll(describe, place, objects, scope, flags);
  await checkSelection(context, client, subscriptions, flags.select === true, signal);
  const forwarder = await openForwarder(context, flags, context.signal);
  const envelope = await envelopeOf(place.installation, client.instanceUrl, org);
  const commitToOutbox = flags.deliver ? await outboxWriter(context, state, envelope) : undefined;
  store.forgetOldSeen();
  if (flags.from !== 'stored') store.forgetSeen(scope);

  const streams = await openStreams(context, state, place.installation, org.id, subscriptions);
  const show = await createShow(context);
  const seen = { events: 0, lastReplayId: undefined as string | undefined };
  const world: FollowWorld = {
    source: createCometdSource({
      transport: createCometdTransport(client),
      clock,
      random: () => randomInt(2 ** 32) / 2 ** 32,
    }),
    store,
    clock,
    signal,
    limit: flags.max,
    // A line for people shows only what the event itself says.
    withRecords: output.json || forwarder !== undefined || flags.deliver === true,
    ...orgWorld(client, describe, signal),
    transaction: (work) => state.db.transaction(work),
    deliver: (items) => commitToOutbox?.(items),
    ...(forwarder ? { takeStep: (items, commit) => forwardStep(forwarder, envelope, items, commit) } : {}),
    onDelivered: (items) => {
      noteDelivered(streams, items, flags.deliver ? 'put into the outbox' : 'shown');
      seen.events += items.length;
      for (const item of items) show(item);
    },
    onPosition: ({ replayId }) => {
      seen.lastReplayId = replayId;
    },
    onStatus: (status) => {
      if (status.state === 'connected') output.notice(`Following ${status.channels.join(', ')}.`);
      else output.notice(`${status.reason}. Trying again in ${Math.ceil(status.delayMs / 1000)} s.`);
    },
    note: (channel, kind, message) => {
      if (kind === 'status') streams.get(channel)?.info(message);
      else streams.get(channel)?.warning(message, { kind });
      if (kind !== 'status') output.warning(message);
    },
  };
  const waiting = announceWaiting(context, seen);
  const following = followEvents(world, subscriptions, startOf(flags.from ?? 'now', store)).then(() =>
    forwarder?.finish(),
  );
  // What is committed leaves while we go on following.
  const delivering = flags.deliver ? deliver(context, state, following) : undefined;
  try {
    await following;
    await delivering;
  } finally {
    // It stops with the stream, but needs the state until then.
    await delivering?.catch(() => {});
    clearInterval(waiting);
  }
  if (output.json)
    output.line({
      type: 'summary',
      events: seen.events,
      ...(seen.lastReplayId ? { replayId: seen.lastReplayId } : {}),
    });
  else if (context.signal.aborted) {
    const left = forwarder?.waiting ? ` ${forwarder.waiting} messages were not forwarded yet.` : '';
    output.notice(`\n${seen.events} events.${left} Go on from here with --from stored.`);
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
  const { openLog } = await import('./open-log.ts');
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

function noteDelivered(streams: Map<string, LogHandle>, items: readonly Delivered[], how: string): void {
  const counts = new Map<string, number>();
  for (const { subscription } of items) counts.set(subscription.channel, (counts.get(subscription.channel) ?? 0) + 1);
  for (const [channel, count] of counts)
    streams.get(channel)?.info(`${count} ${count === 1 ? 'event' : 'events'} ${how}`);
}

/** How one event is shown: the whole entry with --json, one line for people else. */
async function createShow({ output }: Context): Promise<(item: Delivered) => void> {
  const { renderEntry } = await import('../runtime/subscribe/event-entry.ts');
  const { renderTailLine } = await import('../views/tail.ts');
  if (output.json) return ({ entry }) => output.text(renderEntry(entry, { type: 'event' }));
  return ({ committedAtMs, subscription, type, recordId, event }) => {
    const line = {
      committedAtMs,
      object: subscription.object,
      kind: type,
      recordId,
      changedFields: event?.header.changedFields ?? [],
      by: event?.header.commitUser ?? '',
      healed: event === undefined,
    };
    output.text(renderTailLine(line, output.style, output.width));
  };
}

/** An object that is not selected for change events is silent for ever: say so, or select it when asked to. */
async function checkSelection(
  { output }: Context,
  client: SalesforceClient,
  subscriptions: readonly Subscription[],
  select: boolean,
  signal: AbortSignal,
): Promise<void> {
  const { fetchSelection, selectObject, setupClicks } = await import(
    '../providers/salesforce/events/channel-selection.ts'
  );
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

function startOf(from: string, store: StreamStore): (subscription: Subscription) => StartPosition {
  return ({ scope, channel }) => {
    if (from === 'now' || from === 'earliest') return from;
    if (from === 'stored') {
      const stored = store.position(scope, channel);
      return stored ? { after: stored.replayId } : 'now';
    }
    if (/^\d+$/.test(from)) return { after: from };
    throw new AmpError({ code: 'usage', message: `--from ${from} is not now, earliest, stored or a replay id.` });
  };
}

async function outboxWriter(context: Context, state: State, envelope: MessageOwner) {
  const { createOutbox } = await import('../destinations/outbox.ts');
  const { addToOutbox } = await import('../runtime/subscribe/outbox-messages.ts');
  const outbox = createOutbox(state.db, () => context.clock.now());
  return (items: readonly Delivered[]) => addToOutbox(outbox, envelope, items, () => context.clock.now());
}

async function deliver(context: Context, state: State, following: Promise<unknown>): Promise<void> {
  const { deliverPending } = await import('../destinations/sender/deliver-pending.ts');
  const { deliverySettings } = await import('../destinations/delivery-settings.ts');
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
  installation: InstallationRecord | undefined,
  instanceUrl: string,
  org: { alias: string; updatedAt: string },
): Promise<MessageOwner> {
  const { workspaceOf } = await import('../runtime/read/envelope.ts');
  return {
    projectId: 'local',
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

const firstNoticeMs = 10_000;

/** Silence is normal: say so, before it looks like death. */
function announceWaiting({ output, clock }: Context, seen: { events: number }): ReturnType<typeof setInterval> {
  const since = clock.now();
  const timer = setInterval(() => {
    if (seen.events > 0) return clearInterval(timer);
    const time = new Date(since).toLocaleTimeString('en-GB', { hour12: false });
    output.notice(
      `Waiting for events since ${time}. A new subscription can take up to ten minutes to deliver its first.`,
    );
  }, firstNoticeMs * 3);
  timer.unref();
  return timer;
}

import { randomInt } from 'node:crypto';
import type { CommandInput } from '../cli/command.ts';
import type { Context } from '../cli/context.ts';
import type { OutgoingMessage, Target } from '../destinations/target.ts';
import { AmpError } from '../errors/amp-error.ts';
import type { InstallationRecord } from '../installations/installation.ts';
import type { Integration, Manifest } from '../manifest/manifest.ts';
import type { StartPosition } from '../providers/event-source.ts';
import type { SalesforceClient } from '../providers/salesforce/rest/client.ts';
import type { ReadSource } from '../runtime/read/read-source.ts';
import type { SubscribeEnvelope } from '../runtime/subscribe/event-message.ts';
import type { Delivered, FollowWorld } from '../runtime/subscribe/follow.ts';
import type { Forwarder } from '../runtime/subscribe/forwarder.ts';
import type { StreamStore } from '../runtime/subscribe/stream-store.ts';
import type { Subscription } from '../runtime/subscribe/subscription.ts';
import type { State } from '../store/state.ts';
import type { tailFlags } from './tail.ts';

type TailFlags = CommandInput<typeof tailFlags>['flags'];

/** Follows the objects until Ctrl-C or --max, shows every event, and keeps the position where the user can go on. */
export async function runTail(context: Context, objects: readonly string[], flags: TailFlags): Promise<void> {
  const { openState } = await import('../store/state.ts');
  const state = openState(await stateDirOf(context));
  try {
    await tailWith(context, state, objects, flags);
  } finally {
    state.close();
  }
}

async function tailWith(context: Context, state: State, objects: readonly string[], flags: TailFlags): Promise<void> {
  const { openWatchedOrg } = await import('./open-watched-org.ts');
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
  // --max ends the stream from inside; Ctrl-C from outside.
  const enough = new AbortController();
  const signal = AbortSignal.any([context.signal, enough.signal]);
  const describer = createDescriber({ client, org, clock, cacheDir: context.config.cacheDir });
  const describe = (name: string) => describer.object(name);
  const subscriptions = await resolveAll(describe, place, objects, scope, flags);
  await checkSelection(context, client, subscriptions, flags.select === true, signal);
  const forwarder = await openForwarder(context, flags, context.signal);
  const envelope = envelopeOf(place.installation, client.instanceUrl, org);
  const commitToOutbox = flags.deliver ? await outboxWriter(context, state, envelope) : undefined;
  store.forgetOldSeen();
  if (flags.from !== 'stored') store.forgetSeen(scope);

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
    ...orgWorld(client, describe, signal),
    transaction: (work) => state.db.transaction(work),
    deliver: (items) => commitToOutbox?.(items),
    ...(forwarder ? { takeStep: (items, commit) => forwardStep(forwarder, envelope, items, commit) } : {}),
    onDelivered: (items) => {
      for (const item of items) {
        if (flags.max !== undefined && seen.events >= flags.max) break;
        seen.events++;
        show(item);
      }
      if (flags.max !== undefined && seen.events >= flags.max) enough.abort();
    },
    onPosition: ({ replayId }) => {
      seen.lastReplayId = replayId;
    },
    onStatus: (status) => {
      if (status.state === 'connected') output.notice(`Following ${status.channels.join(', ')}.`);
      else output.notice(`${status.reason}. Trying again in ${Math.ceil(status.delayMs / 1000)} s.`);
    },
    note: (channel, kind, message) => {
      store.note(scope, channel, kind, message);
      if (kind !== 'status') output.warning(message);
    },
  };
  const waiting = announceWaiting(context, seen);
  try {
    await followEvents(world, subscriptions, startOf(flags.from ?? 'now', store));
    await forwarder?.finish();
  } finally {
    clearInterval(waiting);
  }
  if (flags.deliver) await deliver(context, state);
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

/** How one event is shown: the whole entry with --json, one line for people else. */
async function createShow({ output }: Context): Promise<(item: Delivered) => void> {
  const { renderJson } = await import('../mapping/json.ts');
  const { renderTailLine } = await import('../views/tail.ts');
  if (output.json) return ({ entry }) => output.text(renderJson({ type: 'event', ...entry }));
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

interface Place {
  manifest: Manifest | undefined;
  integration: Integration | undefined;
  installation: InstallationRecord | undefined;
}

/** The installation of --group, else the manifest, else nothing but the org. */
async function findPlace(context: Context, state: State, flags: TailFlags): Promise<Place> {
  if (flags.group === undefined) {
    const { findManifest } = await import('../platform/manifest-file.ts');
    const file = context.config.manifestFile ?? findManifest(context.cwd);
    if (!file) return { manifest: undefined, integration: undefined, installation: undefined };
    const { loadCheckedFile } = await import('../environments/checked-file.ts');
    const { manifest } = loadCheckedFile(file);
    const named = manifest.integrations.filter(
      ({ name }) => flags.integration === undefined || name === flags.integration,
    );
    return { manifest, integration: named.find(({ subscribe }) => subscribe) ?? named[0], installation: undefined };
  }
  const { openLocalProject } = await import('../environments/local/local-project.ts');
  const project = openLocalProject(state);
  const [installation, other] = project.installations.list({
    groupRef: flags.group,
    ...(flags.integration ? { integration: flags.integration } : {}),
  });
  if (!installation || other) {
    throw new AmpError({
      code: installation ? 'usage' : 'installation-not-found',
      message: installation
        ? `"${flags.group}" has several installations.`
        : `No installation has the group "${flags.group}".`,
      hint: installation ? 'Name one with --integration.' : 'See amp installations list.',
    });
  }
  return { manifest: undefined, integration: project.integrationOf(installation), installation };
}

async function resolveAll(
  describe: Parameters<typeof import('../runtime/subscribe/subscription-source.ts').resolveSubscription>[0]['describe'],
  place: Place,
  objects: readonly string[],
  scope: string,
  flags: TailFlags,
): Promise<Subscription[]> {
  const { sourceOfInstallation, sourceOfManifest, withOverrides } = await import('../runtime/read/read-source.ts');
  const { resolveSubscription, subscribedNames, subscribedObject } = await import(
    '../runtime/subscribe/subscription-source.ts'
  );
  const names = objects.length > 0 ? objects : subscribedNames({ integration: place.integration });
  return Promise.all(
    names.map(async (name) => {
      const source: ReadSource =
        place.installation && place.integration
          ? sourceOfInstallation(place.installation, place.integration, name)
          : withoutOpenChoices(sourceOfManifest(place.manifest, name, flags.integration));
      const own = withOverrides(source, {
        mappings: {},
        fields: [],
        allFields: flags['all-fields'] === true,
        filters: undefined,
      });
      const subscribed = subscribedObject(source);
      const config = subscribed && place.installation?.config.subscribe?.objects?.[subscribed.objectName];
      return resolveSubscription({ describe, source: own, subscribed, config, scope });
    }),
  );
}

/** Nobody has chosen a source for these yet; looking at events must not need it. */
function withoutOpenChoices(source: ReadSource): ReadSource {
  const requiredFields = source.object.requiredFields.filter(
    (entry) => entry.kind === 'fixed' || entry.default !== undefined,
  );
  return { ...source, object: { ...source.object, requiredFields } };
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

async function openForwarder(context: Context, flags: TailFlags, signal: AbortSignal): Promise<Forwarder | undefined> {
  const urls = flags['forward-to'] ?? [];
  if (urls.length === 0) return undefined;
  const { openWebhookTarget } = await import('../destinations/webhook/webhook-target.ts');
  const { newSigningSecret, parseSigningSecret } = await import('../destinations/webhook/sign.ts');
  const { startForwarder } = await import('../runtime/subscribe/forwarder.ts');
  const secret = context.config.env.AMP_WEBHOOK_SECRET ?? newSigningSecret();
  if (!context.config.env.AMP_WEBHOOK_SECRET) {
    context.output.notice(
      'Messages are signed with a secret of this run; set AMP_WEBHOOK_SECRET to verify them in your app.',
    );
  }
  const key = parseSigningSecret(secret);
  const targets: Target[] = urls.map((url) =>
    openWebhookTarget({
      url,
      allowPrivateNetwork: true,
      headers: {},
      signingKeys: () => [key],
      now: () => context.clock.now(),
      userAgent: `amp/${context.version}`,
      keepAnswer: true,
    }),
  );
  const { output } = context;
  return startForwarder({
    targets,
    clock: context.clock,
    signal,
    onFailure: ({ reason, text, retryInMs, waiting }) =>
      output.notice(
        `  ${output.errorStyle.bad('✖')} ${reason}${text ? `: ${text.slice(0, 200)}` : ''} (${waiting} waiting, again in ${retryInMs / 1000} s)`,
      ),
    onRecovered: (waiting) => output.notice(`  ${output.errorStyle.good('✔')} your app is back, ${waiting} waiting`),
  });
}

async function forwardStep(
  forwarder: Forwarder,
  envelope: SubscribeEnvelope,
  items: readonly Delivered[],
  commit: () => void,
): Promise<void> {
  const { renderMessages } = await import('../runtime/subscribe/outbox-messages.ts');
  const messages: OutgoingMessage[] = renderMessages(envelope, items).map(({ id, body }) => ({
    id,
    body,
    topic: 'subscribe',
    replayed: false,
  }));
  await forwarder.push(messages, commit);
}

async function outboxWriter(context: Context, state: State, envelope: SubscribeEnvelope) {
  const { createOutbox } = await import('../destinations/outbox.ts');
  const { addToOutbox } = await import('../runtime/subscribe/outbox-messages.ts');
  const outbox = createOutbox(state.db, () => context.clock.now());
  return (items: readonly Delivered[]) => addToOutbox(outbox, envelope, items, () => context.clock.now());
}

async function deliver(context: Context, state: State): Promise<void> {
  const { deliverPending } = await import('../destinations/sender/deliver-pending.ts');
  const { deliverySettings } = await import('../destinations/delivery-settings.ts');
  const result = await deliverPending({
    state,
    ...deliverySettings(context),
    until: 'idle',
    limitMs: 10_000,
    signal: AbortSignal.timeout(10_000),
  });
  if (result.pending > 0) context.output.notice(`${result.pending} messages wait in the outbox.`);
}

function envelopeOf(
  installation: InstallationRecord | undefined,
  instanceUrl: string,
  org: { alias: string; updatedAt: string },
): SubscribeEnvelope {
  return {
    projectId: 'local',
    provider: 'salesforce',
    workspace: new URL(instanceUrl).hostname.split('.')[0]!,
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

async function stateDirOf(context: Context): Promise<string> {
  const { findManifest } = await import('../platform/manifest-file.ts');
  const { locateState } = await import('../config/project.ts');
  const { join } = await import('node:path');
  const { config, cwd } = context;
  if (config.stateDir ?? config.manifestFile ?? findManifest(cwd)) return locateState(context);
  return join(config.dataDir, 'no-project');
}

import { AmpError } from '../../errors/amp-error.ts';
import type { SubscribeObjectConfig } from '../../installations/config.ts';
import { findObject } from '../../manifest/identity.ts';
import type { SubscribeObject } from '../../manifest/manifest.ts';
import { resolveSelection } from '../../mapping/selection.ts';
import { channelOf } from '../../providers/salesforce/events/channels.ts';
import type { EventSelection } from '../../providers/salesforce/events/select-event.ts';
import { resolveWatch, type WatchFilter } from '../../providers/salesforce/events/watch-filter.ts';
import type { ReadSource } from '../read/read-source.ts';
import { type Describe, type ResolvedPlan, resolvePlan } from '../read/resolve-plan.ts';
import type { Subscription } from './subscription.ts';

export interface SubscriptionInput {
  describe: Describe;
  /** Fields and mappings come from the read object of the same name. */
  source: ReadSource;
  /** Undefined: `amp tail` on an object that the manifest does not subscribe; every kind of event is shown. */
  subscribed: SubscribeObject | undefined;
  config: SubscribeObjectConfig | undefined;
  scope: string;
}

/** The name every call of ours carries (`Sforce-Call-Options`), and with it the events of our writes. */
const ownClient = 'amp';

/** Resolves one subscribed object against the org. Throws `read-…` for fields the org does not show. */
export async function resolveSubscription(input: SubscriptionInput): Promise<Subscription> {
  const { source, subscribed, config } = input;
  const selection = resolveSelection(source.object, source.config);
  const resolved = await resolvePlan(input.describe, selection);
  const columns = resolved.plan.columns.map((column) => column.path.join('.'));
  const stamps = ['CreatedDate', resolved.stampColumn].filter((name): name is string => name !== undefined);
  return {
    scope: input.scope,
    object: resolved.object.name,
    channel: channelOf(resolved.object.name),
    selection: {
      ...eventsOf(subscribed, config, (watch) =>
        resolveWatch({ watch, mappings: mappingsOf(source, resolved), selectedFields: columns }),
      ),
      ...(config?.ignoreOwnWrites ? { ownClient } : {}),
    },
    plan: resolved.plan,
    columns: [...new Set(['Id', ...columns, ...stamps])],
    stampColumn: resolved.stampColumn,
    deliveredName: selection.deliveredName,
    destination: config?.destination ?? subscribed?.destination,
  };
}

/** The installation's word on each event kind, else the manifest's; without either, everything. */
function eventsOf(
  subscribed: SubscribeObject | undefined,
  config: SubscribeObjectConfig | undefined,
  watch: (names: 'all' | 'selected' | readonly string[]) => WatchFilter,
): EventSelection {
  if (!subscribed) return { create: true, delete: true, update: { kind: 'all' }, otherEvents: ['UNDELETE'] };
  const isOn = (own: { enabled: 'always' | 'never' } | undefined, base: boolean) =>
    own ? own.enabled === 'always' : base;
  const ownUpdate = config?.updateEvent;
  const watched = ownUpdate?.watchFieldsAuto ?? ownUpdate?.requiredWatchFields ?? subscribed.updateEvent?.watch;
  return {
    create: isOn(config?.createEvent, subscribed.createEvent),
    delete: isOn(config?.deleteEvent, subscribed.deleteEvent),
    ...(isOn(ownUpdate, subscribed.updateEvent !== undefined) && watched !== undefined
      ? { update: watch(watched) }
      : {}),
    otherEvents: config?.otherEvents ?? subscribed.otherEvents,
  };
}

/** mapToName → org field; undefined where the customer left a choice open. */
function mappingsOf(source: ReadSource, { plan }: ResolvedPlan): Map<string, string | undefined> {
  const mappings = new Map<string, string | undefined>();
  for (const entry of [...source.object.requiredFields, ...source.object.optionalFields]) {
    if (entry.mapToName !== undefined) mappings.set(entry.mapToName, undefined);
  }
  const selection = resolveSelection(source.object, source.config);
  for (const { mapToName, source: field } of selection.mappings) {
    const column = plan.columns.find(({ path }) => path.at(-1)?.toLowerCase() === field.toLowerCase());
    mappings.set(mapToName, column ? column.path.join('.') : field);
  }
  return mappings;
}

/** The subscribe object that goes with a read object, when the integration has one. */
export function subscribedObject(source: ReadSource): SubscribeObject | undefined {
  const { integration, object } = source;
  if (!integration?.subscribe) return undefined;
  return findObject(integration.provider, integration.subscribe.objects, object.objectName);
}

/** Names of everything an integration subscribes. Throws `subscribe-nothing`. */
export function subscribedNames(source: { integration: ReadSource['integration'] }): string[] {
  const names = source.integration?.subscribe?.objects.map((object) => object.objectName) ?? [];
  if (names.length > 0) return names;
  throw new AmpError({
    code: 'subscribe-nothing',
    message: source.integration
      ? `${source.integration.name} subscribes to nothing.`
      : 'No manifest says what to follow.',
  });
}

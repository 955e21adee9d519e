import { AmpError } from '../../errors/amp-error.ts';
import type { SubscribeObjectConfig } from '../../installations/config.ts';
import { parseFieldPath } from '../../manifest/field-path.ts';
import { findObject } from '../../manifest/identity.ts';
import type { SubscribeObject } from '../../manifest/manifest.ts';
import { type FieldPath, findParent, type PlanTarget } from '../../mapping/field-plan.ts';
import type { ObjectShape } from '../../mapping/object-shape.ts';
import { resolveSelection } from '../../mapping/selection.ts';
import { channelOf } from '../../providers/salesforce/events/channels.ts';
import type { EventSelection } from '../../providers/salesforce/events/select-event.ts';
import { resolveWatch, type WatchFilter, type WatchInput } from '../../providers/salesforce/events/watch-filter.ts';
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
      ...eventsOf(subscribed, config, (watch) => resolveWatch({ watch, ...watchInput(source, resolved) })),
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

/** What watch names mean in this org and for this installation. */
function watchInput(source: ReadSource, { plan, object }: ResolvedPlan): Omit<WatchInput, 'watch'> {
  const columnFields = plan.columns.map(({ path }) => ownFieldOf(object, path));
  const fieldsOf = ({ source: from, writtenAs }: PlanTarget): string[] => {
    if (from.kind === 'walk') return [ownFieldOf(object, from.path)];
    if (from.kind === 'column') return [columnFields[from.column]!];
    const parsed = parseFieldPath(writtenAs);
    const compound = 'segments' in parsed ? parsed.segments : [];
    return [...compound, ...from.parts.map(({ column }) => columnFields[column]!)];
  };
  const mappings = new Map<string, readonly string[] | undefined>();
  // Where the customer left a choice open.
  for (const { mapToName } of [...source.object.requiredFields, ...source.object.optionalFields])
    if (mapToName !== undefined) mappings.set(mapToName, undefined);
  const mapped = plan.targets.filter(({ place }) => place === 'mappedFields');
  for (const [index, { mapToName }] of resolveSelection(source.object, source.config).mappings.entries())
    mappings.set(mapToName, fieldsOf(mapped[index]!));
  return { mappings, selectedFields: columnFields };
}

/** The field of the record itself whose change a path follows: of a parent, only the reference to it changes with the record. */
function ownFieldOf(object: ObjectShape, path: FieldPath): string {
  const [first = '', ...more] = path;
  return more.length === 0 ? first : (findParent(object, first)?.name ?? first);
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

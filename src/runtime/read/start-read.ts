import type { Outbox } from '../../destinations/destination.ts';
import { AmpError } from '../../errors/amp-error.ts';
import type { FieldFilter } from '../../installations/config.ts';
import type { InstallationRecord } from '../../installations/installation.ts';
import type { ObjectShape } from '../../mapping/object-shape.ts';
import { resolveSelection } from '../../mapping/selection.ts';
import type { OrgRecord } from '../../orgs/org.ts';
import { filterConditions } from '../../providers/salesforce/soql/conditions.ts';
import type { OutputFormat } from './encode.ts';
import { readEnvelope, workspaceOf } from './envelope.ts';
import { backfillPeriodOf, destinationOf, filtersOf, type ReadSource } from './read-source.ts';
import { type ResolvedPlan, resolvePlan } from './resolve-plan.ts';
import { type ReadRequest, type ReadSummary, type ReadType, type ReadWorld, runRead } from './run-read.ts';
import { createOutboxSink } from './sinks/outbox-sink.ts';
import type { ReadSink } from './sinks/sink.ts';

/** Where the records go. */
export type ReadTarget =
  | { kind: 'deliver'; outbox: Outbox; destination?: string | undefined; projectId: string }
  | { kind: 'sink'; create(): ReadSink; key: string | undefined };

export interface StartRead {
  readType: ReadType;
  source: ReadSource;
  org: OrgRecord;
  target: ReadTarget;
  /** Backfill: instead of the manifest's period. */
  period?: {
    days?: number | undefined;
    full?: boolean | undefined;
    fromMs?: number | undefined;
    toMs?: number | undefined;
  };
  /** Instead of the config's filters; given the described object. */
  filters?: ((object: ObjectShape) => readonly FieldFilter[]) | undefined;
  /** Raw SOQL condition of the user, taken as it is. */
  where?: string | undefined;
  /** Another stamp column than the usual one. */
  watermark?: string | undefined;
  api?: 'auto' | 'rest' | 'bulk';
  format?: OutputFormat;
  limit?: number | undefined;
  pageRows?: number | undefined;
  countDays?: boolean;
  /** Scheduled: entries for deleted rows; on unless switched off. */
  tombstones?: boolean;
  startedBy: string;
  rerun?: unknown;
}

/** Checks a read against the org and runs it. Throws before anything is recorded when it cannot be planned. */
export async function startRead(world: ReadWorld, input: StartRead): Promise<ReadSummary> {
  const { source, readType, org } = input;
  const period = periodOf(input);
  const { resolved, conditions } = await planRead(world, input);
  const { target } = input;
  const request: ReadRequest = {
    readType,
    scope: source.installation?.id ?? `org:${org.id}`,
    resolved,
    filters: conditions,
    period,
    firstWatermarkMs: source.installation ? Date.parse(source.installation.createdAt) : undefined,
    // An ad-hoc file is not where an installation's scheduled reads go on.
    setsWatermark:
      readType === 'backfill' && input.limit === undefined && (target.kind === 'deliver' || !source.installation),
    tombstones: input.tombstones ?? true,
    api: input.api ?? 'auto',
    format: input.format ?? 'ndjson',
    limit: input.limit,
    pageRows: input.pageRows,
    countDays: input.countDays ?? false,
    sinkKey: target.kind === 'sink' ? target.key : `deliver:${destinationFor(source, target)}`,
    createSink: (operationId) =>
      target.kind === 'sink'
        ? target.create()
        : createDeliverySink(world, input, target, resolved.object.name, operationId),
    operation: operationOf(input),
    rerun: input.rerun ?? null,
  };
  return runRead(world, request);
}

/** Checks selection and filters against the org. A read that cannot be planned is a failed operation, too. */
async function planRead(world: ReadWorld, input: StartRead): Promise<{ resolved: ResolvedPlan; conditions: string[] }> {
  const { source, readType } = input;
  try {
    const selection = resolveSelection(source.object, source.config);
    const resolved = await resolvePlan(world.describe, selection, input.watermark);
    const filters = input.filters?.(resolved.object) ?? filtersOf(source, readType);
    const conditions = filterConditions(filters, resolved.object);
    if (input.where) conditions.push(`(${input.where})`);
    return { resolved, conditions };
  } catch (error) {
    const { objectName } = source.object;
    world.log.start({ ...operationOf(input), action: 'read', object: objectName, metadata: { readType } }).fail(error);
    throw error;
  }
}

function operationOf({ source, org, startedBy }: StartRead): ReadRequest['operation'] {
  const { installation, integration } = source;
  return {
    org: org.id,
    startedBy,
    ...(integration && { integration: integration.name }),
    ...(installation && {
      installationId: installation.id,
      groupRef: installation.groupRef,
      revision: installation.revision,
    }),
  };
}

function createDeliverySink(
  world: ReadWorld,
  input: StartRead,
  target: Extract<ReadTarget, { kind: 'deliver' }>,
  rawObjectName: string,
  operationId: string,
): ReadSink {
  const { source, org } = input;
  const { installation, object } = source;
  const objectName = object.mapToName ?? object.objectName;
  const group = installation?.groupRef ?? org.alias;
  const head = readEnvelope({
    projectId: target.projectId,
    provider: source.integration?.provider ?? org.provider,
    workspace: workspaceOf(world.client.instanceUrl),
    groupRef: group,
    groupName: installation?.groupName ?? group,
    consumerRef: installation?.consumerRef ?? '',
    consumerName: installation?.consumerName ?? '',
    installationId: installation?.id ?? '',
    installationUpdateTime: installation?.updatedAt ?? org.updatedAt,
    objectName,
    rawObjectName,
    operationId,
    readType: input.readType,
    operationTime: new Date(world.clock.now()).toISOString(),
  });
  return createOutboxSink({
    outbox: target.outbox,
    head,
    destination: destinationFor(source, target),
    objectName,
    operationId,
    now: () => world.clock.now(),
    assertWanted: () => installation && assertInstalled(world, installation),
  });
}

/** An uninstall, whoever made it, ends the deliveries of a read under way with its next step. */
function assertInstalled({ state }: ReadWorld, { id, orgId, groupName }: InstallationRecord): void {
  const current = state.db.prepare('SELECT org_id AS orgId FROM installations WHERE id = ?').get<{ orgId: string }>(id);
  if (current?.orgId === orgId) return;
  throw new AmpError({
    code: 'read-installation-gone',
    message: `The installation of ${groupName} was ${current ? 'moved to another org' : 'removed'} while it was read.`,
  });
}

function destinationFor(source: ReadSource, target: Extract<ReadTarget, { kind: 'deliver' }>): string {
  const destination = target.destination ?? destinationOf(source);
  if (destination) return destination;
  throw new AmpError({
    code: 'read-destination-missing',
    message: `${source.object.objectName} has no destination to deliver to.`,
  });
}

/** Throws `read-period-missing` for a backfill that nobody gave a period. */
function periodOf(input: StartRead): ReadRequest['period'] {
  const { period } = input;
  if (input.readType !== 'backfill') return { fromMs: period?.fromMs, toMs: period?.toMs };
  if (period?.full) return {};
  if (period?.days !== undefined) return { days: period.days };
  const own = backfillPeriodOf(input.source);
  if (own) return 'days' in own ? { days: own.days } : {};
  throw new AmpError({
    code: 'read-period-missing',
    message: `${input.source.object.objectName} has no backfill period in the manifest.`,
    hint: 'Say how far back: --days 30, or --full for everything.',
  });
}

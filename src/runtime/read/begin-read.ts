import { AmpError } from '../../errors/amp-error.ts';
import { windowConditions } from '../../providers/salesforce/soql/conditions.ts';
import { chooseApi } from './api-choice.ts';
import { countRows, fetchCoveredUntil, fetchOrgTime } from './org-time.ts';
import { type Checkpoint, type ReadStore, scheduledFor } from './read-store.ts';
import type { ReadRequest, ReadWorld } from './run-read.ts';

/** Read again before the watermark: rows become visible when their transaction ends, with the stamp of its beginning. */
export const overlapMs = 10 * 60_000;

/** Decides window, API and estimate once; a resumed run keeps the decision. */
export async function beginCheckpoint(
  world: ReadWorld,
  store: ReadStore,
  request: ReadRequest,
): Promise<{ checkpoint: Checkpoint; reason: string }> {
  const { client, signal } = world;
  const { object, stampColumn } = request.resolved;
  const orgNow = await fetchOrgTime(client, signal);
  const fromMs = lowerBound(request, store, orgNow);
  const movesWatermark = request.readType !== 'triggered' && stampColumn !== undefined;
  const startedAtMs = movesWatermark ? await fetchCoveredUntil(client, object.name, orgNow, signal) : orgNow;
  const bounded = fromMs !== undefined || request.period.toMs !== undefined;
  if (bounded && stampColumn === undefined) throw withoutStamp(object.name);
  const window = stampColumn ? windowConditions(stampColumn, { fromMs, toMs: request.period.toMs }) : [];
  const conditions = [...request.filters, ...window];
  const counted = await countRows(client, object.name, conditions, signal);
  const estimate = counted === undefined ? request.limit : Math.min(counted, request.limit ?? counted);
  const { api, reason } = chooseApi({ forced: request.api, estimate });
  const checkpoint: Checkpoint = {
    api,
    conditions,
    fromMs,
    ...(request.readType === 'scheduled' && { scheduledFor: scheduledFor(request.scope, object.name) }),
    startedAtMs,
    estimate,
    records: 0,
    messages: 0,
    bytes: 0,
    apiCalls: 0,
    offset: 0,
  };
  return { checkpoint, reason };
}

function lowerBound(request: ReadRequest, store: ReadStore, orgNow: number): number | undefined {
  const { period } = request;
  if (request.readType === 'triggered') return period.fromMs;
  // No org is older than 1970, and SOQL knows no years before 1000.
  if (request.readType === 'backfill')
    return period.days === undefined ? undefined : Math.max(0, orgNow - period.days * 86_400_000);
  const { name } = request.resolved.object;
  const watermark = store.watermark(request.scope, name);
  const usual = watermark ? watermark.stampMs - overlapMs : (request.firstWatermarkMs ?? orgNow);
  // An unfinished read has moved the watermark over its rows, but had perhaps not come to what was deleted.
  const left = store.findUnfinishedScheduled(request.scope, name).map(({ checkpoint }) => checkpoint.fromMs ?? usual);
  return Math.min(usual, ...left);
}

function withoutStamp(object: string): AmpError {
  return new AmpError({
    code: 'read-period-missing',
    message: `${object} has no SystemModstamp, LastModifiedDate or CreatedDate, so it cannot be read by time.`,
    hint: 'Read all of it with --full, or name a datetime field with --watermark.',
  });
}

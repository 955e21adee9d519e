import { AmpError } from '../../errors/amp-error.ts';
import type { HostedAnswer, HostedApi } from './hosted-api.ts';
import { integrationId } from './lists.ts';
import { path } from './path.ts';

/** Reading, writing, searching and calling through the hosted platform. Nothing here is repeated after a lost answer. */

export interface HostedRead {
  integration: string;
  object: string;
  groupRef: string;
  /** ISO times. */
  since?: string | undefined;
  until?: string | undefined;
}

/** Starts a trigger read. Answers the id of its operation. */
export async function triggerRead(api: HostedApi, read: HostedRead): Promise<{ operationId: string }> {
  const id = await integrationId(api, read.integration);
  return api.send({
    method: 'POST',
    host: 'read',
    path: path`/projects/${api.project}/integrations/${id}/objects/${read.object}`,
    body: {
      groupRef: read.groupRef,
      mode: 'async',
      ...(read.since !== undefined && { sinceTimestamp: read.since }),
      ...(read.until !== undefined && { untilTimestamp: read.until }),
    },
  });
}

/** Pauses or resumes scheduled reads, all or of some objects. Doing it twice changes nothing. */
export async function setPaused(
  api: HostedApi,
  installation: { id: string; integrationId: string },
  request: { paused: boolean; objects?: readonly string[] | undefined; note?: string | undefined },
): Promise<void> {
  const of = path`/projects/${api.project}/integrations/${installation.integrationId}/installations/${installation.id}`;
  await api.send({
    method: 'POST',
    host: 'read',
    path: `${of}:${request.paused ? 'pause' : 'unpause'}`,
    body: {
      ...(request.objects?.length && { objects: request.objects }),
      ...(request.note !== undefined && { note: request.note }),
    },
  });
}

/** What both environments do when a batch does not say: all records, or none. */
export const defaultAllOrNone = true;

export interface HostedWrite {
  integration: string;
  object: string;
  /** The request as the write API has it (`type`, `record` or `batch`, …), with its group. */
  body: {
    groupRef: string;
    type: string;
    batch?: unknown[] | undefined;
    batchPolicy?: { allOrNone: boolean };
  } & Record<string, unknown>;
  /** JSON text of the body, for callers whose numbers keep more digits than JSON.stringify. */
  render?: (body: unknown) => string;
}

export interface HostedWriteResult {
  /** 200 or 422: a failed write is an answer with results, not an error. */
  status: number;
  body: Record<string, unknown>;
}

/** Writes records. A batch always says whether it is all or nothing, since the platform's default is not ours. */
export async function writeRecords(api: HostedApi, write: HostedWrite): Promise<HostedWriteResult> {
  const id = await integrationId(api, write.integration);
  const body = {
    ...write.body,
    ...(write.body.batch !== undefined && {
      batchPolicy: { allOrNone: defaultAllOrNone, ...write.body.batchPolicy },
    }),
  };
  const request = {
    method: 'POST',
    host: 'write' as const,
    path: path`/projects/${api.project}/integrations/${id}/objects/${write.object}`,
    ...(write.render
      ? { body: Buffer.from(write.render(body)), headers: { 'content-type': 'application/json' } }
      : { body }),
  };
  const answer = await api.exchange(request);
  const results = answer.status === 422 ? parseJson(answer) : undefined;
  // A refused request (problem+json) has no results; then it is an error like any other.
  if (results && ('errors' in results || 'results' in results)) return { status: 422, body: results };
  if (answer.status >= 300) throw api.refusal(request, answer);
  return { status: answer.status, body: parseJson(answer) ?? {} };
}

export interface HostedSearch {
  integration: string;
  groupRef: string;
  objectName: string;
  fieldFilters: { fieldName: string; operator: 'eq'; value: string | boolean | number }[];
}

/** Rows that match. The platform's pages call the list `results`, its OpenAPI file `result`. */
export async function searchRecords(api: HostedApi, search: HostedSearch): Promise<Record<string, unknown>[]> {
  const id = await integrationId(api, search.integration);
  const answer = await api.send<{ result?: unknown; results?: unknown }>({
    method: 'POST',
    host: 'search',
    path: path`/projects/${api.project}/integrations/${id}`,
    query: { groupRef: search.groupRef },
    headers: { 'x-amp-request-type': 'search' },
    body: { objectName: search.objectName, fieldFilters: search.fieldFilters },
  });
  const rows = answer?.results ?? answer?.result;
  if (Array.isArray(rows)) return rows as Record<string, unknown>[];
  throw new AmpError({ code: 'hosted-answer-invalid', message: 'The search answer has neither results nor result.' });
}

export interface HostedProxyCall {
  method: string;
  /** Path at the provider, with its query. */
  path: string;
  body?: Uint8Array | undefined;
  headers: Record<string, string>;
  /** One of the two ways to say on whose behalf. */
  target: { installationId: string } | { integrationName: string; groupRef: string };
}

/** Calls the provider through the platform and answers whatever came, status and all. */
export function callProxy(api: HostedApi, projectId: string, call: HostedProxyCall): Promise<HostedAnswer> {
  const target: Record<string, string> =
    'installationId' in call.target
      ? { 'x-amp-installation-id': call.target.installationId }
      : { 'x-amp-integration-name': call.target.integrationName, 'x-amp-group-ref': call.target.groupRef };
  return api.exchange({
    method: call.method,
    host: 'proxy',
    path: call.path.startsWith('/') ? call.path : `/${call.path}`,
    headers: { ...call.headers, 'x-amp-proxy-version': '1', 'x-amp-project-id': projectId, ...target },
    ...(call.body && { body: call.body }),
  });
}

/** The proxy wants the id of the project where everything else takes its name, too. */
export async function projectId(api: HostedApi): Promise<string> {
  const project = await api.get<{ id?: string }>(path`/projects/${api.project}`);
  return project.id ?? api.project;
}

function parseJson({ body }: HostedAnswer): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(body.toString('utf8'));
    return value !== null && typeof value === 'object' ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

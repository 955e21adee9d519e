import { AmpError } from '../../errors/amp-error.ts';
import { findLines } from '../../operations/find-lines.ts';
import {
  defaultPageSize,
  findOperations,
  largestPageSize,
  type OperationFilter,
} from '../../operations/find-operations.ts';
import { requireOperation } from '../../operations/operation-detail.ts';
import { findProject, requireInstallation } from '../find.ts';
import { invalidRequest } from '../parse-query.ts';
import { defineRoute } from '../route.ts';
import { described, integer, listOf, record, text, time } from '../schema/schema.ts';
import { backfillProgressSchema, findBackfillProgress } from '../shapes/backfill-progress.ts';
import {
  actionTypeSchema,
  logSchema,
  operationPageSchema,
  operationSchema,
  operationStatusSchema,
  toLog,
  toOperation,
} from '../shapes/operation.ts';
import type { ApiWorld } from '../world.ts';

const tag = 'Operations';
/** Lines of one answer; hosted logs are not paged either. */
const mostLines = 10_000;

const pages = {
  pageSize: described(
    integer({ min: 1, max: largestPageSize }),
    `${defaultPageSize} when it is left out, ${largestPageSize} at most.`,
  ),
  pageToken: described(text({ minLength: 1 }), '`nextPageToken` of the page before.'),
};

/** What ran, how it ended and why. */
export const operationRoutes = [
  defineRoute({
    method: 'GET',
    path: '/v1/projects/{project}/integrations/{integration}/installations/{installation}/operations',
    id: 'listInstallationOperations',
    tag,
    summary: "An installation's operations, newest first, in pages",
    query: record({}, pages),
    answers: { 200: { description: 'One page.', body: operationPageSchema } },
    problems: [],
    handle({ params, query }, world) {
      findProject(world, params.project);
      const { id, groupRef } = requireInstallation(world, params.installation!, params.integration);
      return { status: 200, body: page(world, { installationId: id, groupRef }, query) };
    },
  }),
  defineRoute({
    method: 'GET',
    path: '/v1/projects/{project}/operations',
    id: 'listOperations',
    tag,
    summary: "The project's operations, newest first, in pages",
    description: 'Local only: the hosted platform lists them by installation.',
    query: record(
      {},
      {
        ...pages,
        status: operationStatusSchema,
        type: actionTypeSchema,
        object: described(text(), 'As the org spells it, in any case.'),
        groupRef: text(),
        since: described(time, 'Started then or later.'),
        until: time,
      },
    ),
    answers: { 200: { description: 'One page.', body: operationPageSchema } },
    problems: [],
    handle({ params, query }, world) {
      findProject(world, params.project);
      const { status, type, object, groupRef, since, until } = query;
      const filter: OperationFilter = {
        ...(status && { statuses: [status] }),
        ...(type && { actions: [type] }),
        ...(object && { objects: [object] }),
        ...(groupRef !== undefined && { groupRef }),
        ...(since !== undefined && { since: Date.parse(since) }),
        ...(until !== undefined && { until: Date.parse(until) }),
      };
      return { status: 200, body: page(world, filter, query) };
    },
  }),
  defineRoute({
    method: 'GET',
    path: '/v1/projects/{project}/operations/{operation}',
    id: 'getOperation',
    tag,
    summary: 'One operation',
    answers: { 200: { description: 'The operation.', body: operationSchema } },
    problems: [],
    handle({ params }, world) {
      findProject(world, params.project);
      const { number: _, ...operation } = requireOperation(world.state.db, params.operation!);
      return { status: 200, body: toOperation(world.projectId, operation) };
    },
  }),
  defineRoute({
    method: 'GET',
    path: '/v1/projects/{project}/operations/{operation}/logs',
    id: 'listLogs',
    tag,
    summary: "An operation's log, oldest first",
    description: `The newest ${mostLines} lines; \`amp logs\` shows all.`,
    answers: { 200: { description: 'The lines.', body: listOf(logSchema) } },
    problems: [],
    handle({ params }, world) {
      findProject(world, params.project);
      world.log.flush();
      const { number } = requireOperation(world.state.db, params.operation!);
      return { status: 200, body: findLines(world.state.db, { source: number, limit: mostLines }).map(toLog) };
    },
  }),
  defineRoute({
    method: 'GET',
    path: '/v1/projects/{project}/integrations/{integration}/installations/{installation}/objects/{object}/backfill-progress',
    id: 'getBackfillProgress',
    tag,
    summary: 'How far the latest backfill of an object is',
    answers: { 200: { description: 'Counts so far.', body: backfillProgressSchema } },
    problems: [],
    handle({ params }, world) {
      findProject(world, params.project);
      const installation = requireInstallation(world, params.installation!, params.integration);
      const body = findBackfillProgress(world, installation, params.object!);
      if (body) return { status: 200, body };
      throw new AmpError({ code: 'api-not-found', message: `"${params.object}" has had no backfill here.` });
    },
  }),
];

function page(
  { state, log, projectId }: ApiWorld,
  filter: OperationFilter,
  { pageSize = defaultPageSize, pageToken }: { pageSize?: number; pageToken?: string },
) {
  if (pageToken !== undefined && !/^\d{1,15}$/.test(pageToken)) {
    throw invalidRequest([{ in: 'query', name: 'pageToken', detail: 'It is not one of ours.' }]);
  }
  log.flush();
  const found = findOperations(state.db, { ...filter, limit: pageSize, ...(pageToken && { pageToken }) });
  const { nextPageToken } = found;
  return {
    results: found.operations.map((operation) => toOperation(projectId, operation)),
    pagination: nextPageToken === undefined ? { done: true } : { done: false, nextPageToken },
  };
}

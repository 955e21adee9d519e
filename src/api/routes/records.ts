import type { InstallationRecord } from '../../installations/installation.ts';
import type { JsonObject } from '../../mapping/json.ts';
import { triggerRead } from '../../runtime/read/trigger-read.ts';
import { parseWriteRequest } from '../../runtime/write/parse-request.ts';
import { enqueueWrite } from '../../runtime/write/queue/enqueue-write.ts';
import { hostedBody } from '../../runtime/write/write-answer.ts';
import { writeRecords } from '../../runtime/write/write-records.ts';
import { findWriteSource } from '../../runtime/write/write-source.ts';
import { findIntegration, findProject, installationOfGroup, integrationOf } from '../find.ts';
import { checkBody, invalidRequest } from '../parse-query.ts';
import { type Answer, type Call, defineRoute } from '../route.ts';
import { anyOf, described, named, record, text, time, type ValueOf } from '../schema/schema.ts';
import { writeAnswerSchema, writeRequestSchema } from '../shapes/write.ts';
import type { ApiWorld } from '../world.ts';

const groupRef = described(text({ minLength: 1 }), "The customer's id in your product.");

const triggerReadSchema = named(
  'TriggerRead',
  record(
    { groupRef, mode: text({ choices: ['async'] }) },
    {
      sinceTimestamp: described(time, 'Records changed then or later; absent = everything.'),
      untilTimestamp: described(time, 'Absent = now.'),
    },
  ),
);
const bodySchema = anyOf(writeRequestSchema, triggerReadSchema);

/**
 * Trigger read and write. On the hosted platform they are the same path on two hosts; here the body tells them apart: a write
 * says what `type` it is.
 */
export const recordRoutes = [
  defineRoute({
    method: 'POST',
    path: '/v1/projects/{project}/integrations/{integration}/objects/{object}',
    id: 'readOrWriteObject',
    tag: 'Objects',
    summary: 'Write records, or trigger a read',
    description:
      "With `type` it writes. Without, it begins a read that goes on in the background and delivers to the object's destination.",
    body: bodySchema,
    checksBody: true,
    answers: {
      200: { description: 'Written; an asynchronous write is queued.', body: writeAnswerSchema },
      201: { description: 'The read has begun.', body: record({ operationId: text() }) },
      422: { description: 'Some or all records were not written.', body: writeAnswerSchema },
    },
    problems: [409, 422, 424, 429, 502, 504],
    handle(call, world) {
      findProject(world, call.params.project);
      findIntegration(world, call.params.integration!);
      return isRead(call.body) ? read(call, world) : write(call, world);
    },
  }),
];

function isRead(body: unknown): body is ValueOf<typeof triggerReadSchema> {
  const keys = body !== null && typeof body === 'object' ? Object.keys(body) : [];
  return !keys.some((key) => ['type', 'record', 'batch'].includes(key));
}

async function read({ params, body, jobs }: Call, world: ApiWorld): Promise<Answer> {
  checkBody(triggerReadSchema, body);
  const { groupRef: group, sinceTimestamp, untilTimestamp } = body as ValueOf<typeof triggerReadSchema>;
  if (sinceTimestamp && untilTimestamp && Date.parse(untilTimestamp) <= Date.parse(sinceTimestamp)) {
    throw invalidRequest([{ in: 'body', name: 'untilTimestamp', detail: 'It is not after sinceTimestamp.' }]);
  }
  const installation = installationOfGroup(world, params.integration!, group);
  const { org, client, describe } = await world.orgs.open(installation.orgId);
  const { state, log, clock, notifier, projectId, logger } = world;
  const { operationId, ended } = await triggerRead(
    {
      client,
      describe,
      state,
      log,
      clock,
      signal: jobs.signal,
      turn: () => jobs.takeTurn(org.id),
      notice: (line) => logger.info('api', line),
      org,
      installations: world.project.installations,
      notifier,
      projectId,
    },
    {
      installation,
      integration: integrationOf(world, installation),
      objectName: params.object!,
      sinceTimestamp,
      untilTimestamp,
      startedBy: 'api',
    },
  );
  jobs.add(ended);
  return { status: 201, body: { operationId } };
}

async function write({ params, body, jobs }: Call, world: ApiWorld): Promise<Answer> {
  const { groupRef: group, ...given } = (body ?? {}) as JsonObject;
  checkBody(record({ groupRef }, {}, { open: true }), body);
  const request = parseWriteRequest(params.object!, given);
  const installation = installationOfGroup(world, params.integration!, group as string);
  const owner = await ownerOf(world, installation, params.object!);
  const { clock, log, random, state } = world;
  const { client, describe } = owner.open;
  if (request.mode === 'asynchronous') {
    const { operationId, deadline, sentBy, warnings } = await enqueueWrite(
      { state, clock, log, describe },
      owner,
      request,
    );
    log.flush();
    const notes = warnings.length > 0 ? { warnings } : {};
    return { status: 200, body: { operationId, ...(deadline && { deadline }), ...(sentBy && { sentBy }), ...notes } };
  }
  // A caller that has gone does not stop a write; the end of the runtime only stops further attempts.
  const answer = await writeRecords({ client, describe, clock, log, random, signal: jobs.signal }, owner, request);
  log.flush();
  return hostedBody(answer, request.records.kind === 'record');
}

async function ownerOf(world: ApiWorld, installation: InstallationRecord, objectName: string) {
  const source = findWriteSource(integrationOf(world, installation), installation, objectName);
  const open = await world.orgs.open(installation.orgId);
  return { source, org: open.org, startedBy: 'api', open };
}

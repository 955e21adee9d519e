import { parseFieldsFile } from '../../custom-fields/parse-fields-file.ts';
import { AmpError } from '../../errors/amp-error.ts';
import type { FieldFilter } from '../../installations/config.ts';
import { JsonNumber, renderJson } from '../../mapping/json.ts';
import { applyFields } from '../../providers/salesforce/custom-fields/apply-fields.ts';
import { planFields } from '../../providers/salesforce/custom-fields/plan-fields.ts';
import { createDescriber } from '../../providers/salesforce/describe/describer.ts';
import { findReadObject, sourceOfInstallation } from '../../runtime/read/read-source.ts';
import { searchRecords } from '../../runtime/search/search.ts';
import { findIntegration, findProject, installationOfGroup, integrationOf } from '../find.ts';
import { plainJson } from '../plain-json.ts';
import { defineRoute } from '../route.ts';
import { anyOf, anything, described, flag, listOf, mapOf, named, number, record, text } from '../schema/schema.ts';
import { customFieldsAnswerSchema, objectMetadataSchema, toObjectMetadata } from '../shapes/object-metadata.ts';
import type { ApiWorld } from '../world.ts';

const tag = 'Objects';
const ofIntegration = '/v1/projects/{project}/integrations/{integration}';
const groupRef = described(text({ minLength: 1 }), "The customer's id in your product.");
const orgProblems = [409, 422, 424, 429, 502, 504];

const searchSchema = named(
  'Search',
  record({
    objectName: described(text({ minLength: 1 }), 'Mapped or provider name; it has to be read.'),
    fieldFilters: described(
      listOf(
        record({
          fieldName: described(text({ minLength: 1 }), 'Mapped or provider name.'),
          operator: text({ choices: ['eq'] }),
          value: anyOf(text(), flag, number),
        }),
        { min: 1 },
      ),
      'All must hold.',
    ),
  }),
);

const searchAnswerSchema = named(
  'SearchAnswer',
  record({
    operationId: text(),
    object: described(text(), 'As the org spells it.'),
    result: listOf(
      record({ id: anything, fields: mapOf(anything), mappedFields: mapOf(anything), raw: mapOf(anything) }),
    ),
    totalSize: described(number, 'More than `result` holds when there are further pages.'),
  }),
);

const metadataQuery = record({ groupRef }, { excludeReadOnly: described(flag, 'Only fields that can be written.') });

const customFieldsSchema = named(
  'CustomFields',
  record({
    groupRef,
    fields: described(mapOf(listOf(mapOf(anything))), 'Object → fields, as `amp org fields apply` takes them.'),
  }),
);

/** Records and fields of customers' orgs. */
export const objectRoutes = [
  defineRoute({
    method: 'POST',
    path: ofIntegration,
    id: 'searchObject',
    tag,
    summary: 'Search records by the values of their fields',
    query: record({ groupRef }),
    body: searchSchema,
    answers: { 200: { description: 'One page, newest first.', body: searchAnswerSchema } },
    problems: orgProblems,
    async handle({ params, query, body, signal }, world) {
      findProject(world, params.project);
      findIntegration(world, params.integration!);
      const installation = installationOfGroup(world, params.integration!, query.groupRef);
      const source = sourceOfInstallation(installation, integrationOf(world, installation), body.objectName);
      const { org, client, describe } = await world.orgs.open(installation.orgId);
      const found = await searchRecords(
        { client, describe, log: world.log, signal },
        { source, conditions: body.fieldFilters.map(toFilter), org, startedBy: 'api' },
      );
      // Records keep every digit the org sent.
      return { status: 200, text: renderJson({ ...found }) };
    },
  }),
  defineRoute({
    method: 'GET',
    path: `${ofIntegration}/objects/{object}/metadata`,
    id: 'getObjectMetadata',
    tag,
    summary: "Fields of an object in a customer's org",
    query: metadataQuery,
    answers: { 200: { description: 'Fields by name.', body: objectMetadataSchema } },
    problems: orgProblems,
    async handle({ params, query }, world) {
      findProject(world, params.project);
      findIntegration(world, params.integration!);
      const installation = installationOfGroup(world, params.integration!, query.groupRef);
      const object = findReadObject(integrationOf(world, installation), params.object!);
      const schema = await describe(world, installation.orgId, object?.objectName ?? params.object!);
      return { status: 200, body: toObjectMetadata(schema, { ...query, mappedObjectName: object?.mapToName }) };
    },
  }),
  defineRoute({
    method: 'GET',
    path: '/v1/projects/{project}/providers/{provider}/objects/{object}/metadata',
    id: 'getProviderObjectMetadata',
    tag,
    summary: 'The same by provider, for any object of the org',
    query: metadataQuery,
    answers: { 200: { description: 'Fields by name.', body: objectMetadataSchema } },
    problems: orgProblems,
    async handle({ params, query }, world) {
      findProject(world, params.project);
      const orgId = orgOfGroup(world, params.provider!, query.groupRef);
      return { status: 200, body: toObjectMetadata(await describe(world, orgId, params.object!), query) };
    },
  }),
  defineRoute({
    method: 'PUT',
    path: `${ofIntegration}/object-metadata`,
    id: 'putObjectMetadata',
    tag,
    summary: "Make custom fields in a customer's org",
    description: 'What is there as asked for stays as it is, so it may be sent again.',
    body: customFieldsSchema,
    answers: { 200: { description: 'What was done to each field.', body: customFieldsAnswerSchema } },
    problems: orgProblems,
    handle({ params, body, signal }, world) {
      findProject(world, params.project);
      findIntegration(world, params.integration!);
      return putFields(
        world,
        installationOfGroup(world, params.integration!, body.groupRef).orgId,
        body.fields,
        signal,
      );
    },
  }),
  defineRoute({
    method: 'PUT',
    path: '/v1/projects/{project}/providers/{provider}/object-metadata',
    id: 'putProviderObjectMetadata',
    tag,
    summary: 'The same by provider',
    body: customFieldsSchema,
    answers: { 200: { description: 'What was done to each field.', body: customFieldsAnswerSchema } },
    problems: orgProblems,
    handle({ params, body, signal }, world) {
      findProject(world, params.project);
      return putFields(world, orgOfGroup(world, params.provider!, body.groupRef), body.fields, signal);
    },
  }),
];

function toFilter({ fieldName, operator, value }: { fieldName: string; operator: 'eq'; value: unknown }): FieldFilter {
  return {
    fieldName,
    operator,
    value: value instanceof JsonNumber ? Number(value.text) : (value as FieldFilter['value']),
  };
}

/** Anew: whoever asks has often just changed something. An unchanged object costs the org a 304. */
async function describe(world: ApiWorld, orgId: string, objectName: string) {
  const { org, client } = await world.orgs.open(orgId);
  const { clock, context } = world;
  return createDescriber({ client, org, clock, cacheDir: context.config.cacheDir }).object(objectName);
}

/** Throws `installation-not-found` when the group has nothing of the provider. */
function orgOfGroup({ project }: ApiWorld, provider: string, group: string): string {
  const found = project.installations.list({ groupRef: group }).find(({ config }) => config.provider === provider);
  if (found) return found.orgId;
  throw new AmpError({
    code: 'installation-not-found',
    message: `Group "${group}" has no installation of ${provider}.`,
  });
}

async function putFields(world: ApiWorld, orgId: string, fields: unknown, signal: AbortSignal) {
  const bytes = Buffer.from(JSON.stringify({ fields: plainJson(fields) }));
  const { definitions, diagnostics } = parseFieldsFile('the request', bytes);
  if (diagnostics.length > 0) {
    throw new AmpError({ code: diagnostics[0]!.code, message: diagnostics[0]!.message, diagnostics });
  }
  const { client } = await world.orgs.open(orgId);
  const { success, fields: done } = await applyFields(client, await planFields(client, definitions, signal), {
    signal,
  });
  return { status: 200, body: { success, fields: done } };
}

import { createDestinationStore } from '../../destinations/destination-store.ts';
import { AmpError } from '../../errors/amp-error.ts';
import { openOrgRegistry } from '../../orgs/registry.ts';
import { findIntegration, findProject } from '../find.ts';
import { defineRoute } from '../route.ts';
import { listOf, record, text } from '../schema/schema.ts';
import { connectionSchema, toConnection } from '../shapes/connection.ts';
import { destinationSchema, toDestination } from '../shapes/destination.ts';
import { integrationSchema, toIntegration } from '../shapes/integration.ts';
import { projectSchema, toProject } from '../shapes/project.ts';
import { providerAppSchema, toProviderApps } from '../shapes/provider-app.ts';
import type { ApiWorld } from '../world.ts';

const tag = 'Project';

/** What the project has: integrations, destinations, connections. */
export const projectRoutes = [
  defineRoute({
    method: 'GET',
    path: '/v1/projects',
    id: 'listProjects',
    tag,
    summary: 'The one project of this runtime, as a list',
    answers: { 200: { description: 'A list of one.', body: listOf(projectSchema) } },
    problems: [],
    handle: (_, world) => ({ status: 200, body: [toProject(world)] }),
  }),
  defineRoute({
    method: 'GET',
    path: '/v1/projects/{project}',
    id: 'getProject',
    tag,
    summary: 'The project',
    query: record({}, { includeEntitlements: text() }),
    answers: { 200: { description: 'The project.', body: projectSchema } },
    problems: [],
    handle: ({ params }, world) => {
      findProject(world, params.project);
      return { status: 200, body: toProject(world) };
    },
  }),
  defineRoute({
    method: 'GET',
    path: '/v1/projects/{project}/integrations',
    id: 'listIntegrations',
    tag,
    summary: 'Deployed integrations',
    answers: { 200: { description: 'In the order of the manifest.', body: listOf(integrationSchema) } },
    problems: [],
    handle: ({ params }, world) => {
      findProject(world, params.project);
      return { status: 200, body: listIntegrations(world) };
    },
  }),
  defineRoute({
    method: 'GET',
    path: '/v1/projects/{project}/integrations/{integration}',
    id: 'getIntegration',
    tag,
    summary: 'One deployed integration',
    answers: { 200: { description: 'The integration.', body: integrationSchema } },
    problems: [],
    handle: ({ params }, world) => {
      findProject(world, params.project);
      const integration = findIntegration(world, params.integration!);
      return { status: 200, body: toIntegration(world.projectId, world.project.currentRevision()!, integration) };
    },
  }),
  defineRoute({
    method: 'GET',
    path: '/v1/projects/{project}/destinations',
    id: 'listDestinations',
    tag,
    summary: 'Where messages go',
    answers: { 200: { description: 'By name.', body: listOf(destinationSchema) } },
    problems: [],
    handle: ({ params }, world) => {
      findProject(world, params.project);
      return { status: 200, body: createDestinationStore(world.state.db).list().map(toDestination) };
    },
  }),
  defineRoute({
    method: 'GET',
    path: '/v1/projects/{project}/destinations/{destination}',
    id: 'getDestination',
    tag,
    summary: 'One destination, by name or id',
    answers: { 200: { description: 'The destination.', body: destinationSchema } },
    problems: [],
    handle: ({ params }, world) => {
      findProject(world, params.project);
      const store = createDestinationStore(world.state.db);
      const found = store.list().find(({ id }) => id === params.destination) ?? store.require(params.destination!);
      return { status: 200, body: toDestination(found) };
    },
  }),
  defineRoute({
    method: 'GET',
    path: '/v1/projects/{project}/connections',
    id: 'listConnections',
    tag,
    summary: 'Connected orgs, one entry for each customer that uses one',
    query: record({}, { provider: text(), groupRef: text(), consumerRef: text() }),
    answers: { 200: { description: 'By customer.', body: listOf(connectionSchema) } },
    problems: [],
    async handle({ params, query }, world) {
      findProject(world, params.project);
      const { provider, groupRef, consumerRef } = query;
      const all = await listConnections(world);
      const body = all.filter(
        (one) =>
          (provider === undefined || one.provider === provider) &&
          (groupRef === undefined || one.group?.groupRef === groupRef) &&
          (consumerRef === undefined || one.consumer?.consumerRef === consumerRef),
      );
      return { status: 200, body };
    },
  }),
  defineRoute({
    method: 'GET',
    path: '/v1/projects/{project}/connections/{connection}',
    id: 'getConnection',
    tag,
    summary: 'One connection by id or alias, never with its tokens',
    answers: { 200: { description: 'The connection.', body: connectionSchema } },
    problems: [],
    async handle({ params }, world) {
      findProject(world, params.project);
      const all = await listConnections(world);
      const body =
        all.find(({ id }) => id === params.connection) ?? all.find(({ alias }) => alias === params.connection);
      if (body) return { status: 200, body };
      throw new AmpError({ code: 'api-not-found', message: `No org is connected as "${params.connection}".` });
    },
  }),
  defineRoute({
    method: 'GET',
    path: '/v1/projects/{project}/provider-apps',
    id: 'listProviderApps',
    tag,
    summary: 'OAuth apps the connected orgs signed in with',
    answers: { 200: { description: 'One for each client id.', body: listOf(providerAppSchema) } },
    problems: [],
    async handle({ params }, world) {
      findProject(world, params.project);
      return { status: 200, body: toProviderApps(await openOrgRegistry(world.context.config.configDir).list()) };
    },
  }),
];

export function listIntegrations({ project, projectId }: ApiWorld) {
  const revision = project.currentRevision();
  return (revision?.manifest.integrations ?? []).map((one) => toIntegration(projectId, revision!, one));
}

/** Each customer's, and the orgs no customer uses yet. */
async function listConnections({ project, projectId, context }: ApiWorld) {
  const orgs = await openOrgRegistry(context.config.configDir).list();
  const installations = project.installations.list();
  return orgs.flatMap((org) => {
    const groups = new Map(installations.filter(({ orgId }) => orgId === org.id).map((one) => [one.groupRef, one]));
    if (groups.size === 0) return [toConnection(projectId, org)];
    return [...groups.values()].map((installation) => toConnection(projectId, org, installation));
  });
}

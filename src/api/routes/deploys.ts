import { removeInstallation } from '../../runtime/installations/remove-installation.ts';
import { deploySource, undeployIntegration } from '../deploy-source.ts';
import { findIntegration, findProject } from '../find.ts';
import { defineRoute } from '../route.ts';
import { described, flag, listOf, named, record, text } from '../schema/schema.ts';
import { integrationSchema } from '../shapes/integration.ts';
import { listIntegrations } from './project.ts';

const tag = 'Project';

/** Deploying as the hosted platform takes it. */
export const deployRoutes = [
  defineRoute({
    method: 'PUT',
    path: '/v1/projects/{project}/integrations:batch',
    id: 'deployIntegrations',
    tag,
    summary: 'Deploy a manifest',
    description:
      'Integrations are matched by name; those the source lacks stay. `amp deploy` asks before it breaks something; this does not.',
    query: record({}, { destructive: described(flag, 'End the reads of removed objects for installed customers.') }),
    body: named('Deploy', record({ sourceYaml: described(text({ minLength: 1 }), 'The manifest file.') })),
    answers: { 200: { description: 'Everything deployed.', body: listOf(integrationSchema) } },
    problems: [409, 422],
    async handle({ params, query, body }, world) {
      findProject(world, params.project);
      await deploySource(world, body.sourceYaml, query.destructive ?? false);
      return { status: 200, body: listIntegrations(world) };
    },
  }),
  defineRoute({
    method: 'DELETE',
    path: '/v1/projects/{project}/integrations/{integration}',
    id: 'deleteIntegration',
    tag,
    summary: 'Remove an integration with all its installations',
    answers: { 204: { description: 'It is gone.' } },
    problems: [409],
    async handle({ params }, world) {
      findProject(world, params.project);
      const { name } = findIntegration(world, params.integration!);
      await undeployIntegration(world, name);
      for (const installation of world.project.installations.list({ integration: name })) {
        removeInstallation(world, world.project, installation);
      }
      world.changes.notify();
      return { status: 204 };
    },
  }),
];

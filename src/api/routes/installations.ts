import { changePause } from '../../runtime/installations/change-pause.ts';
import { removeInstallation } from '../../runtime/installations/remove-installation.ts';
import { removeUnusedOrg } from '../../runtime/installations/remove-unused-org.ts';
import { findIntegration, findProject } from '../find.ts';
import { defineRoute } from '../route.ts';
import { described, listOf, named, record, text } from '../schema/schema.ts';
import { installationSchema } from '../shapes/installation.ts';
import {
  findInstallation,
  installationAnswer,
  installationPath,
  installationsPath,
  installationTag,
  listInstallations,
  showInstallation,
} from './show-installation.ts';

const pauseSchema = named(
  'Pause',
  record({}, { objects: described(listOf(text()), 'Mapped or provider names; none = all.'), note: text() }),
);

/** Who has installed what, stopping it and letting it go on. */
export const installationRoutes = [
  defineRoute({
    method: 'GET',
    path: '/v1/projects/{project}/installations',
    id: 'listInstallations',
    tag: installationTag,
    summary: 'All installations',
    query: record({}, { groupRef: text() }),
    answers: { 200: { description: 'By integration and group.', body: listOf(installationSchema) } },
    problems: [],
    async handle({ params, query }, world) {
      findProject(world, params.project);
      return { status: 200, body: await listInstallations(world, query) };
    },
  }),
  defineRoute({
    method: 'GET',
    path: installationsPath,
    id: 'listInstallationsOfIntegration',
    tag: installationTag,
    summary: 'Installations of one integration',
    query: record({}, { groupRef: text() }),
    answers: { 200: { description: 'By group.', body: listOf(installationSchema) } },
    problems: [],
    async handle({ params, query }, world) {
      findProject(world, params.project);
      const filter = { ...query, integration: params.integration! };
      const found = await listInstallations(world, filter);
      if (found.length === 0) findIntegration(world, filter.integration);
      return { status: 200, body: found };
    },
  }),
  defineRoute({
    method: 'GET',
    path: installationPath,
    id: 'getInstallation',
    tag: installationTag,
    summary: 'One installation',
    answers: { 200: installationAnswer },
    problems: [],
    async handle(call, world) {
      return { status: 200, body: await showInstallation(world, findInstallation(call, world).id) };
    },
  }),
  defineRoute({
    method: 'DELETE',
    path: installationPath,
    id: 'deleteInstallation',
    tag: installationTag,
    summary: 'Uninstall; a connection nobody uses any more goes too',
    answers: { 204: { description: 'It is gone.' } },
    problems: [],
    async handle(call, world) {
      const installation = findInstallation(call, world);
      removeInstallation(world, world.project, installation);
      world.changes.notify();
      const { context, logger, project } = world;
      const output = { warning: (text: string) => logger.warning('api', text) };
      await removeUnusedOrg({ config: context.config, output, signal: call.jobs.signal }, project, installation.orgId);
      return { status: 204 };
    },
  }),
  ...(['pause', 'unpause'] as const).map((verb) =>
    defineRoute({
      method: 'POST',
      path: `${installationPath}:${verb}`,
      id: `${verb}Installation`,
      tag: installationTag,
      summary:
        verb === 'pause'
          ? 'Pause scheduled reads, all or of some objects'
          : 'Let paused reads go on from where they stopped',
      description: 'Doing it twice changes nothing.',
      body: pauseSchema,
      answers: { 204: { description: 'Done.' } },
      problems: [422],
      handle(call, world) {
        const { objects = [], note } = call.body;
        const change = { paused: verb === 'pause', objects, note };
        const { changed } = changePause(world, world.project, () => findInstallation(call, world), change);
        if (changed) world.changes.notify();
        return { status: 204 };
      },
    }),
  ),
];

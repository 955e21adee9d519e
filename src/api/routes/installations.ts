import { AmpError } from '../../errors/amp-error.ts';
import type { InstallationConfig } from '../../installations/config.ts';
import type { InstallationRecord } from '../../installations/installation.ts';
import { openOrgRegistry } from '../../orgs/registry.ts';
import { changePause } from '../../runtime/installations/change-pause.ts';
import { removeInstallation } from '../../runtime/installations/remove-installation.ts';
import { removeUnusedOrg } from '../../runtime/installations/remove-unused-org.ts';
import { changeInstallation, createInstallation } from '../change-installation.ts';
import { findIntegration, findProject, installationOfGroup, requireInstallation } from '../find.ts';
import { readConfig } from '../installation-config.ts';
import { applyPatch, type PatchStep } from '../json-patch.ts';
import { applyUpdateMask } from '../masked-update.ts';
import { invalidRequest } from '../parse-query.ts';
import { plainJson } from '../plain-json.ts';
import { type Call, defineRoute } from '../route.ts';
import { anything, described, flag, listOf, mapOf, named, record, text } from '../schema/schema.ts';
import { installationSchema, toInstallation } from '../shapes/installation.ts';
import type { ApiWorld } from '../world.ts';

const tag = 'Installations';
const ofIntegration = '/v1/projects/{project}/integrations/{integration}/installations';
const one = `${ofIntegration}/{installation}`;
const installationAnswer = { description: 'As it is now.', body: installationSchema };
const skipSampling = described(flag, 'Do not read one record of each scheduled object first.');
/** What checking and trying a config may end with: not yet deployed, there already, wrong, no sign-in, no org. */
const configProblems = [404, 409, 422, 424, 429, 502, 504];

const newInstallationSchema = named(
  'NewInstallation',
  record(
    {
      groupRef: described(text({ minLength: 1 }), "The customer's id in your product."),
      config: record({ content: mapOf(anything) }, { createdBy: text() }),
    },
    {
      connectionId: described(text({ minLength: 1 }), 'Needed when the group has no connection and there are several.'),
      groupName: described(text(), 'Local only: its name for people.'),
    },
  ),
);

const updateSchema = named(
  'InstallationUpdate',
  record({
    updateMask: described(listOf(text(), { min: 1 }), 'Only these paths change.'),
    installation: record(
      {},
      {
        connectionId: text(),
        config: record({}, { createdBy: text(), content: mapOf(anything) }, { open: true }),
      },
      { open: true },
    ),
  }),
);

const patchSchema = named(
  'ConfigPatch',
  record(
    {
      action: text({ choices: ['read', 'write', 'subscribe'] }),
      changes: described(
        listOf(record({ op: text({ choices: ['add', 'remove', 'replace'] }), path: text() }, { value: anything }), {
          min: 1,
        }),
        'JSON Patch on the object of the config; the path "" is the whole object.',
      ),
    },
    { groupRef: text(), installationId: text() },
  ),
);

const pauseSchema = named(
  'Pause',
  record({}, { objects: described(listOf(text()), 'Mapped or provider names; none = all.'), note: text() }),
);

/** Who has installed what, and changing it. */
export const installationRoutes = [
  defineRoute({
    method: 'GET',
    path: '/v1/projects/{project}/installations',
    id: 'listInstallations',
    tag,
    summary: 'All installations',
    query: record({}, { groupRef: text() }),
    answers: { 200: { description: 'By integration and group.', body: listOf(installationSchema) } },
    problems: [],
    async handle({ params, query }, world) {
      findProject(world, params.project);
      return { status: 200, body: await list(world, query) };
    },
  }),
  defineRoute({
    method: 'GET',
    path: ofIntegration,
    id: 'listInstallationsOfIntegration',
    tag,
    summary: 'Installations of one integration',
    query: record({}, { groupRef: text() }),
    answers: { 200: { description: 'By group.', body: listOf(installationSchema) } },
    problems: [],
    async handle({ params, query }, world) {
      findProject(world, params.project);
      const filter = { ...query, integration: params.integration! };
      const found = await list(world, filter);
      if (found.length === 0) findIntegration(world, filter.integration);
      return { status: 200, body: found };
    },
  }),
  defineRoute({
    method: 'POST',
    path: ofIntegration,
    id: 'createInstallation',
    tag,
    summary: 'Install for one customer',
    query: record({}, { skipSampling }),
    body: newInstallationSchema,
    answers: { 201: installationAnswer },
    problems: configProblems,
    async handle({ params, query, body, signal }, world) {
      findProject(world, params.project);
      const { groupRef, groupName, connectionId, config } = body;
      findIntegration(world, params.integration!);
      const installation = await createInstallation(
        world,
        {
          integration: params.integration!,
          groupRef,
          groupName,
          connectionId,
          consumerRef: config.createdBy,
          config: readConfig(config.content),
          skipSampling: query.skipSampling ?? false,
        },
        signal,
      );
      return { status: 201, body: await show(world, installation.id) };
    },
  }),
  defineRoute({
    method: 'GET',
    path: one,
    id: 'getInstallation',
    tag,
    summary: 'One installation',
    answers: { 200: installationAnswer },
    problems: [],
    async handle(call, world) {
      return { status: 200, body: await show(world, find(call, world).id) };
    },
  }),
  defineRoute({
    method: 'PATCH',
    path: one,
    id: 'updateInstallation',
    tag,
    summary: 'Change what the mask names',
    query: record({}, { skipSampling }),
    body: updateSchema,
    answers: { 200: installationAnswer },
    problems: configProblems,
    async handle(call, world) {
      const installation = find(call, world);
      const { updateMask, installation: given } = call.body;
      await changeInstallation(world, installation.id, ({ config }) => applyUpdateMask(config, updateMask, given), {
        skipSampling: call.query.skipSampling ?? false,
        signal: call.signal,
      });
      return { status: 200, body: await show(world, installation.id) };
    },
  }),
  defineRoute({
    method: 'PATCH',
    path: '/v1/projects/{project}/integrations/{integration}/objects/{object}/config-content',
    id: 'patchObjectConfig',
    tag,
    summary: "Patch one object of a customer's config",
    query: record({}, { skipSampling }),
    body: patchSchema,
    answers: { 200: installationAnswer },
    problems: configProblems,
    async handle({ params, query, body, signal }, world) {
      findProject(world, params.project);
      const { action, changes, groupRef, installationId } = body;
      if ((groupRef === undefined) === (installationId === undefined)) {
        const detail = 'Exactly one of groupRef and installationId is needed.';
        throw invalidRequest([{ in: 'body', name: 'groupRef', detail }]);
      }
      const installation =
        installationId === undefined
          ? installationOfGroup(world, params.integration!, groupRef!)
          : requireInstallation(world, installationId, params.integration);
      const decide = ({ config }: InstallationRecord) =>
        patchedObject(config, action, params.object!, plainJson(changes));
      await changeInstallation(world, installation.id, decide, { skipSampling: query.skipSampling ?? false, signal });
      return { status: 200, body: await show(world, installation.id) };
    },
  }),
  defineRoute({
    method: 'DELETE',
    path: one,
    id: 'deleteInstallation',
    tag,
    summary: 'Uninstall; a connection nobody uses any more goes too',
    answers: { 204: { description: 'It is gone.' } },
    problems: [],
    async handle(call, world) {
      const installation = find(call, world);
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
      path: `${one}:${verb}`,
      id: `${verb}Installation`,
      tag,
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
        const { changed } = changePause(world, world.project, () => find(call, world), change);
        if (changed) world.changes.notify();
        return { status: 204 };
      },
    }),
  ),
];

/** The config with one object patched; an object it does not mention yet begins empty. */
function patchedObject(
  config: InstallationConfig,
  action: 'read' | 'write' | 'subscribe',
  name: string,
  changes: readonly PatchStep[],
) {
  const objects = { [name]: applyPatch(config[action]?.objects?.[name] ?? { objectName: name }, changes) };
  return applyUpdateMask(config, [`config.content.${action}.objects.${name}`], {
    config: { content: { [action]: { objects } } },
  });
}

function find({ params }: Pick<Call, 'params'>, world: ApiWorld) {
  findProject(world, params.project);
  return requireInstallation(world, params.installation!, params.integration);
}

async function list(world: ApiWorld, filter: { integration?: string; groupRef?: string }) {
  const orgs = await connectedOrgs(world);
  return world.project.installations.list(filter).map((installation) => toInstallation(world, installation, orgs));
}

async function show(world: ApiWorld, id: string) {
  const installation = world.project.installations.get(id);
  if (installation) return toInstallation(world, installation, await connectedOrgs(world));
  throw new AmpError({ code: 'installation-not-found', message: `There is no installation "${id}".` });
}

async function connectedOrgs({ context }: ApiWorld) {
  const orgs = await openOrgRegistry(context.config.configDir).list();
  return new Map(orgs.map((org) => [org.id, org]));
}

import type { InstallationConfig } from '../../installations/config.ts';
import type { InstallationRecord } from '../../installations/installation.ts';
import { objectKey } from '../../manifest/identity.ts';
import { findReadObject } from '../../runtime/read/read-source.ts';
import { changeInstallation, createInstallation } from '../change-installation.ts';
import { findIntegration, findProject, installationOfGroup, requireInstallation } from '../find.ts';
import { readConfig } from '../installation-config.ts';
import { applyPatch, type PatchStep } from '../json-patch.ts';
import { applyUpdateMask } from '../masked-update.ts';
import { invalidRequest } from '../parse-query.ts';
import { plainJson } from '../plain-json.ts';
import { defineRoute } from '../route.ts';
import { anything, described, flag, listOf, mapOf, named, record, text } from '../schema/schema.ts';
import {
  findInstallation,
  installationAnswer,
  installationPath,
  installationsPath,
  installationTag,
  showInstallation,
} from './show-installation.ts';

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

/** Installing, and changing what a customer has chosen. */
export const installationChangeRoutes = [
  defineRoute({
    method: 'POST',
    path: installationsPath,
    id: 'createInstallation',
    tag: installationTag,
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
      return { status: 201, body: await showInstallation(world, installation.id) };
    },
  }),
  defineRoute({
    method: 'PATCH',
    path: installationPath,
    id: 'updateInstallation',
    tag: installationTag,
    summary: 'Change what the mask names',
    query: record({}, { skipSampling }),
    body: updateSchema,
    answers: { 200: installationAnswer },
    problems: configProblems,
    async handle(call, world) {
      const installation = findInstallation(call, world);
      const { updateMask, installation: given } = call.body;
      await changeInstallation(world, installation.id, ({ config }) => applyUpdateMask(config, updateMask, given), {
        skipSampling: call.query.skipSampling ?? false,
        signal: call.signal,
      });
      return { status: 200, body: await showInstallation(world, installation.id) };
    },
  }),
  defineRoute({
    method: 'PATCH',
    path: '/v1/projects/{project}/integrations/{integration}/objects/{object}/config-content',
    id: 'patchObjectConfig',
    tag: installationTag,
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
      const integration = world.project.integrationOf(installation);
      const name = (integration && findReadObject(integration, params.object!)?.objectName) ?? params.object!;
      const decide = ({ config }: InstallationRecord) => patchedObject(config, action, name, plainJson(changes));
      await changeInstallation(world, installation.id, decide, { skipSampling: query.skipSampling ?? false, signal });
      return { status: 200, body: await showInstallation(world, installation.id) };
    },
  }),
];

/** The config with one object patched; an object it does not mention yet begins empty. */
function patchedObject(
  config: InstallationConfig,
  action: 'read' | 'write' | 'subscribe',
  name: string,
  changes: readonly PatchStep[],
) {
  const known: Record<string, unknown> = config[action]?.objects ?? {};
  const key = objectKey(config.provider, name);
  const before = Object.entries(known).find(([other]) => objectKey(config.provider, other) === key)?.[1];
  const objects = { [name]: applyPatch(before ?? { objectName: name }, changes) };
  return applyUpdateMask(config, [`config.content.${action}.objects.${name}`], {
    config: { content: { [action]: { objects } } },
  });
}

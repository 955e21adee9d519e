import { createDestinationStore } from '../destinations/destination-store.ts';
import { findInstallable, installFor } from '../environments/local/install.ts';
import { rememberProject } from '../environments/local/org-users.ts';
import { updateInstallation } from '../environments/local/update-installation.ts';
import { AmpError } from '../errors/amp-error.ts';
import type { InstallationConfig } from '../installations/config.ts';
import type { InstallationRecord } from '../installations/installation.ts';
import { openOrgRegistry } from '../orgs/registry.ts';
import { createDescriber } from '../providers/salesforce/describe/describer.ts';
import {
  announceInstallation,
  announceStreamProblem,
  announceUpdate,
} from '../runtime/installations/announce-installation.ts';
import { createInstallOrg } from '../runtime/installations/install-org.ts';
import { requireInstallation } from './find.ts';
import { readConfig } from './installation-config.ts';
import type { MaskedUpdate } from './masked-update.ts';
import { invalidRequest } from './parse-query.ts';
import type { ApiWorld } from './world.ts';

export interface NewInstallation {
  integration: string;
  groupRef: string;
  groupName?: string | undefined;
  consumerRef?: string | undefined;
  connectionId?: string | undefined;
  config: InstallationConfig;
  skipSampling: boolean;
}

/** Installs as `amp install` does. Throws `installation-…`, `config-…`, `org-…`, `deploy-not-deployed`. */
export async function createInstallation(
  world: ApiWorld,
  input: NewInstallation,
  signal: AbortSignal,
): Promise<InstallationRecord> {
  const { project, clock, context } = world;
  const target = findInstallable(project, input);
  const org = await openInstallOrg(world, await chooseOrg(world, input), signal);
  const { installation } = await installFor(project, input, { ...target, config: input.config }, org, {
    clock,
    destinations: destinationNames(world),
    announce: (installed) => announceInstallation(world, project, 'installation.created', installed),
    announceStreamProblem: (installed, error) => announceStreamProblem(world, project, installed, error),
  });
  if (project.state.dir !== ':memory:') await rememberProject(context.config.configDir, project.state.dir);
  world.changes.notify();
  return installation;
}

/**
 * Gives an installation another config or connection as `amp installations update` does. Changes of one installation take
 * turns, and each decides on what the one before has saved. Throws as creating does.
 */
export function changeInstallation(
  world: ApiWorld,
  id: string,
  decide: (current: InstallationRecord) => MaskedUpdate,
  options: { skipSampling: boolean; signal: AbortSignal },
): Promise<InstallationRecord> {
  const { project, clock } = world;
  return takeTurn(world, id, async () => {
    const current = requireInstallation(world, id);
    const { content, connectionId, createdBy } = decide(current);
    const orgId = connectionId === undefined ? current.orgId : await requireConnection(world, connectionId);
    const org = await openInstallOrg(world, orgId, options.signal);
    const { installation } = await updateInstallation(
      project,
      current,
      { config: readConfig(content), consumerRef: createdBy, skipSampling: options.skipSampling },
      org,
      {
        clock,
        destinations: destinationNames(world),
        announce: (updated) => announceUpdate(world, project, updated, current.config),
      },
    );
    world.changes.notify();
    return installation;
  });
}

const turns = new WeakMap<ApiWorld, Map<string, Promise<unknown>>>();

function takeTurn<Result>(world: ApiWorld, name: string, work: () => Promise<Result>): Promise<Result> {
  const waiting = turns.get(world) ?? new Map<string, Promise<unknown>>();
  turns.set(world, waiting);
  const result = (waiting.get(name) ?? Promise.resolve()).catch(() => {}).then(work);
  waiting.set(name, result);
  const done = () => {
    if (waiting.get(name) === result) waiting.delete(name);
  };
  result.then(done, done);
  return result;
}

function destinationNames({ state }: ApiWorld): string[] {
  return createDestinationStore(state.db)
    .list()
    .map(({ name }) => name);
}

/** Described anew: a field that was just made can be chosen. */
async function openInstallOrg(world: ApiWorld, orgId: string, signal: AbortSignal) {
  const { org, client } = await world.orgs.open(orgId);
  const describer = createDescriber({ client, org, clock: world.clock, cacheDir: world.context.config.cacheDir });
  return createInstallOrg({ org, client, describer }, signal);
}

/** The connection that was named, the one the customer has already, or the only one there is. Never a guess. */
async function chooseOrg({ project, context }: ApiWorld, input: NewInstallation): Promise<string> {
  if (input.connectionId !== undefined) return requireConnection({ context }, input.connectionId);
  const [other] = project.installations.list({ groupRef: input.groupRef });
  if (other) return other.orgId;
  const orgs = await openOrgRegistry(context.config.configDir).list();
  if (orgs.length === 1) return orgs[0]!.id;
  throw new AmpError({
    code: 'org-not-connected',
    message:
      orgs.length === 0
        ? 'No org is connected on this computer.'
        : `${orgs.length} orgs are connected, and group "${input.groupRef}" has none of them yet.`,
    hint:
      orgs.length === 0 ? 'Run amp org login.' : `Name one as connectionId: ${orgs.map(({ id }) => id).join(', ')}.`,
  });
}

/** A connection by its id or by the alias it has on this computer. Throws `api-request-invalid`. */
async function requireConnection({ context }: Pick<ApiWorld, 'context'>, connectionId: string): Promise<string> {
  const org = await openOrgRegistry(context.config.configDir).find(connectionId);
  if (org) return org.id;
  throw invalidRequest([{ in: 'body', name: 'connectionId', detail: `No org is connected as "${connectionId}".` }]);
}

import type { Context } from '../cli/context.ts';
import type { LocalProject } from '../environments/local/local-project.ts';
import { AmpError } from '../errors/amp-error.ts';
import type { Manifest } from '../manifest/manifest.ts';
import type { OperationLog } from '../operations/operation-log.ts';
import type { OpenOrg } from '../providers/open-org.ts';
import type { DriftReport, InstallationDrift, OrgDrift } from '../runtime/schema/drift-report.ts';
import type { LookSubject } from '../runtime/schema/look-at-objects.ts';

export interface DriftFlags {
  org?: string | undefined;
  group?: string;
  all?: boolean;
  accept?: boolean;
}

/** Orgs asked at once with --all: each takes one call per object. */
const orgsAtOnce = 8;

/** Looks at one org or all, and sums up. One org's failure is thrown; among several it is told with the org. */
export async function runDriftCommand(context: Context, flags: DriftFlags): Promise<DriftReport> {
  if ([flags.org, flags.group, flags.all].filter(Boolean).length > 1) {
    throw new AmpError({ code: 'usage', message: 'An org, --group and --all exclude each other.' });
  }
  const { withState } = await import('./with-state.ts');
  const { openLocalProject } = await import('../environments/local/local-project.ts');
  const { openLog } = await import('./open-log.ts');
  const { sumUpDrift } = await import('../runtime/schema/drift-report.ts');
  return withState(context, async (state) => {
    const project = openLocalProject(state);
    const log = await openLog(context, state);
    const look = (name: string | undefined) => checkOrg(context, project, log, name, flags);
    const orgs = flags.all
      ? await checkEach(context, await everyOrg(context, project), look)
      : [await look(flags.group === undefined ? flags.org : orgOfGroup(project, flags.group))];
    if (flags.accept) context.output.notice('What is there now is the baseline: drift counts from here.');
    return sumUpDrift(orgs);
  });
}

/** Several orgs side by side, in order. */
async function checkEach(
  context: Context,
  names: readonly { id: string; alias: string }[],
  look: (name: string) => Promise<OrgDrift>,
): Promise<OrgDrift[]> {
  const { describeFailure } = await import('../operations/failure.ts');
  const { sideBySide } = await import('../platform/side-by-side.ts');
  const results: OrgDrift[] = [];
  const progress = context.output.progress('Comparing schemas');
  let done = 0;
  try {
    await sideBySide(names, orgsAtOnce, async ({ id, alias }, index) => {
      try {
        results[index] = await look(id);
      } catch (error) {
        if (context.signal.aborted) throw error;
        const { code, title, remedy } = describeFailure(error);
        const orgId = id.split(':')[0]!;
        results[index] = { alias, orgId, installations: [], error: { code, message: title, hint: remedy } };
      }
      progress.update({ done: ++done, total: names.length });
    });
  } finally {
    progress.stop();
  }
  return results;
}

async function checkOrg(
  context: Context,
  project: LocalProject,
  log: OperationLog,
  name: string | undefined,
  flags: DriftFlags,
): Promise<OrgDrift> {
  const { openWatchedOrg } = await import('../runtime/open-watched-org.ts');
  const { checkDrift } = await import('../runtime/schema/check-drift.ts');
  const { freshDescribe } = await import('../runtime/schema/look-at-object.ts');
  const { SchemaStore } = await import('../runtime/schema/schema-store.ts');
  const { db } = project.state;
  const { clock, signal } = context;
  const open = await openWatchedOrg(context, project.state, name);
  const { org, client } = open;
  const world = {
    client,
    describe: freshDescribe(client, clock, signal),
    clock,
    store: new SchemaStore(db),
    signal,
    db,
    log,
    accept: flags.accept === true,
  };
  const installations: InstallationDrift[] = [];
  for (const { about, subject } of await subjectsOf(context, project, open, flags)) {
    installations.push({ ...about, ...(await checkDrift(world, subject)) });
  }
  log.flush();
  return { alias: org.alias, orgId: org.orgId, installations };
}

interface Subject {
  about: Pick<InstallationDrift, 'integration' | 'installationId' | 'groupRef' | 'groupName'>;
  subject: LookSubject;
}

/** The org's installations; without any, the integrations of the manifest here. */
async function subjectsOf(
  context: Context,
  project: LocalProject,
  { org }: OpenOrg,
  flags: DriftFlags,
): Promise<Subject[]> {
  const installed = project.installations
    .list({ orgId: org.id, ...(flags.group === undefined ? {} : { groupRef: flags.group }) })
    .flatMap((installation): Subject[] => {
      const integration = project.integrationOf(installation);
      if (!integration?.read) return [];
      const { id: installationId, groupRef, groupName, revision } = installation;
      return [
        {
          about: { integration: integration.name, installationId, groupRef, groupName },
          subject: {
            scope: installationId,
            orgId: org.id,
            integration,
            config: installation.config,
            operation: {
              integration: integration.name,
              installationId,
              groupRef,
              org: org.id,
              revision,
              startedBy: 'cli',
            },
          },
        },
      ];
    });
  if (installed.length > 0) return installed;
  const manifest = await loadManifest(context);
  const integrations = (manifest?.integrations ?? []).filter(({ read }) => read);
  if (integrations.length === 0) {
    throw new AmpError({
      code: 'schema-nothing-to-compare',
      message: `Nothing is installed on ${org.alias}, and no manifest here reads anything.`,
      hint: 'Run it in a project folder, or after amp install.',
    });
  }
  return integrations.map((integration) => ({
    about: { integration: integration.name },
    subject: {
      scope: `org:${org.id}`,
      orgId: org.id,
      integration,
      config: undefined,
      operation: { integration: integration.name, org: org.id, startedBy: 'cli' },
    },
  }));
}

async function loadManifest(context: Context): Promise<Manifest | undefined> {
  const { findManifest } = await import('../platform/manifest-file.ts');
  const file = context.config.manifestFile ?? findManifest(context.cwd);
  if (!file) return undefined;
  const { loadCheckedFile } = await import('../environments/checked-file.ts');
  return loadCheckedFile(file).manifest;
}

function orgOfGroup(project: LocalProject, groupRef: string): string {
  const [installation] = project.installations.list({ groupRef });
  if (installation) return installation.orgId;
  throw new AmpError({
    code: 'installation-not-found',
    message: `No installation has the group "${groupRef}".`,
    hint: 'See amp installations list.',
  });
}

/** Orgs with an installation; before the first one, every connected org. */
async function everyOrg(context: Context, project: LocalProject): Promise<{ id: string; alias: string }[]> {
  const { openOrgRegistry } = await import('../orgs/registry.ts');
  const known = await openOrgRegistry(context.config.configDir).list();
  const installed = [...new Set(project.installations.list().map(({ orgId }) => orgId))];
  if (installed.length === 0) return known;
  return installed.map((id) => ({ id, alias: known.find((org) => org.id === id)?.alias ?? id }));
}

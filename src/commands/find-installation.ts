import { AmpError } from '../errors/amp-error.ts';
import type { InstallationRecord } from '../installations/installation.ts';
import type { Integration } from '../manifest/manifest.ts';
import type { State } from '../store/state.ts';

/** The one installation of a group, with its integration as it runs. Throws `installation-not-found`, or `usage` for several. */
export async function findInstallation(
  state: State,
  group: string,
  integrationName: string | undefined,
): Promise<{ installation: InstallationRecord; integration: Integration }> {
  const { openLocalProject } = await import('../environments/local/local-project.ts');
  const project = openLocalProject(state);
  const found = project.installations.list({
    groupRef: group,
    ...(integrationName === undefined ? {} : { integration: integrationName }),
  });
  const [installation] = found;
  if (!installation) {
    throw new AmpError({
      code: 'installation-not-found',
      message: `No installation has the group "${group}".`,
      hint: 'See amp installations list.',
    });
  }
  if (found.length > 1) {
    const names = found.map(({ integration }) => integration).join(', ');
    throw new AmpError({
      code: 'usage',
      message: `"${group}" has ${found.length} installations: name one with --integration (${names}).`,
    });
  }
  const integration = project.integrationOf(installation);
  if (integration) return { installation, integration };
  throw new AmpError({
    code: 'read-object-missing',
    message: `The integration "${installation.integration}" is not deployed.`,
    hint: 'Run amp deploy first.',
  });
}

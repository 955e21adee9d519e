import { AmpError } from '../errors/amp-error.ts';
import type { InstallationRecord } from '../installations/installation.ts';
import type { Integration } from '../manifest/manifest.ts';
import type { State } from '../store/state.ts';

/**
 * The one installation of a group, with its integration as it runs. Of several it is the only one in which `findObject` finds
 * something (false is nothing): a group with two integrations needs no --integration for an object that one of them has. Throws
 * `installation-not-found`, `usage` for several, and what `findObject` throws (`…-object-missing`) when none has it.
 */
export async function findInstallation(
  state: State,
  group: string,
  integrationName: string | undefined,
  findObject?: (integration: Integration, installation: InstallationRecord) => unknown,
): Promise<{ installation: InstallationRecord; integration: Integration }> {
  const { openLocalProject } = await import('../environments/local/local-project.ts');
  const project = openLocalProject(state);
  const all = project.installations.list({
    groupRef: group,
    ...(integrationName === undefined ? {} : { integration: integrationName }),
  });
  const missing: AmpError[] = [];
  const serving = all.filter((candidate) => {
    const integration = project.integrationOf(candidate);
    if (!integration) return false;
    let found: unknown;
    const lack = missingObject(() => {
      found = findObject?.(integration, candidate);
    });
    if (lack) missing.push(lack);
    return !lack && found !== false;
  });
  if (all.length > 1 && serving.length === 0 && missing.length > 0) throw noneHas(missing);
  const found = all.length > 1 && serving.length > 0 ? serving : all;
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

/** The error when `find` says that the integration has no such object; what else is wrong with it is for the caller to meet. */
function missingObject(find: () => unknown): AmpError | undefined {
  try {
    find();
    return undefined;
  } catch (error) {
    if (!(error instanceof AmpError)) throw error;
    return error.code.endsWith('-object-missing') ? error : undefined;
  }
}

/** One error of several integrations, with the hint that knows a nearer name. */
function noneHas(missing: readonly AmpError[]): AmpError {
  const { code, hint } = missing.find((error) => error.hint?.startsWith('Did you mean')) ?? missing[0]!;
  const message = missing.map((error) => error.message).join(' ');
  return new AmpError({ code, message, ...(hint === undefined ? {} : { hint }) });
}

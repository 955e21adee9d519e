import { AmpError } from '../../errors/amp-error.ts';
import type { InstallationRecord } from '../../installations/installation.ts';
import type { LocalProject } from './local-project.ts';

/**
 * The installation `name` stands for: its id, or the group's reference where the group has one installation (or `integration`
 * tells which). Throws `installation-not-found`, `installation-ambiguous`.
 */
export function requireInstallation(
  { installations }: LocalProject,
  name: string,
  integration?: string,
): InstallationRecord {
  const byId = installations.get(name);
  if (byId) return byId;
  const ofGroup = installations.list({ groupRef: name, ...(integration !== undefined && { integration }) });
  if (ofGroup.length === 1) return ofGroup[0]!;
  if (ofGroup.length > 1) {
    throw new AmpError({
      code: 'installation-ambiguous',
      message: `Group "${name}" has ${ofGroup.length} installations: ${ofGroup.map((one) => one.integration).join(', ')}.`,
      hint: 'Add --integration <name>, or use the id.',
    });
  }
  throw new AmpError({ code: 'installation-not-found', message: `There is no installation or group "${name}".` });
}

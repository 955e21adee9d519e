import { AmpError } from '../../errors/amp-error.ts';
import type { InstallationRecord } from '../../installations/installation.ts';
import type { Integration } from '../../manifest/manifest.ts';

/** The proxy is on where the manifest has it on and the installation has not switched it off. Throws `proxy-disabled`. */
export function assertProxyOn(installation: InstallationRecord, integration: Integration): void {
  const offered = integration.proxy?.enabled === true;
  if (offered && installation.config.proxy?.enabled !== false) return;
  const where = offered ? `the installation of ${installation.groupRef}` : `"${integration.name}"`;
  throw new AmpError({ code: 'proxy-disabled', message: `The proxy is off for ${where}.` });
}

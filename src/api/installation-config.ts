import { assertFindings } from '../environments/local/install.ts';
import type { InstallationConfig } from '../installations/config.ts';
import { parseConfig } from '../installations/parse-config.ts';
import { plainJson } from './plain-json.ts';

/** A config as it came in a body. Throws `installation-config-invalid` with every fault. */
export function readConfig(content: unknown): InstallationConfig {
  const { config, findings } = parseConfig(plainJson(content));
  assertFindings(findings);
  return config!;
}

import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { AmpError } from '../../errors/amp-error.ts';
import { applyChoices, type FlagChoices, needsSchema } from '../../installations/apply-choices.ts';
import type { InstallationConfig } from '../../installations/config.ts';
import { defaultConfig } from '../../installations/default-config.ts';
import { parseConfig } from '../../installations/parse-config.ts';
import type { Integration } from '../../manifest/manifest.ts';
import type { Prompter } from '../../output/prompt.ts';
import { fileUnreadable } from '../../platform/files.ts';
import { acceptSuggestions, askChoices } from './ask-choices.ts';
import { assertFindings, objectsOf } from './install.ts';
import type { InstallOrg } from './install-org.ts';

/**
 * The config of a new installation: the file of --config, else everything the integration does; then the flags' choices; then,
 * on a terminal and without a file, the customer's answers. The same choices give the same config whichever way they came.
 */
export async function chooseConfig(
  integration: Integration,
  org: InstallOrg,
  world: { cwd: string; prompt: Prompter; output: { warning(text: string): void } },
  flags: FlagChoices & { config?: string | undefined; yes?: boolean | undefined },
): Promise<InstallationConfig> {
  const config = await startConfig(integration, org, world, flags);
  if (flags.config !== undefined) return config;
  if (flags.yes) return acceptSuggestions(integration, config, await org.describe(objectsOf(integration)));
  if (!world.prompt.available) return config;
  return askChoices(integration, config, await org.describe(objectsOf(integration)), world.prompt);
}

/** The same before anybody is asked: what the file and the flags say. */
export function startConfig(
  integration: Integration,
  org: InstallOrg,
  world: { cwd: string; output: { warning(text: string): void } },
  flags: FlagChoices & { config?: string | undefined },
): Promise<InstallationConfig> {
  return configWithFlags(integration, defaultConfig(integration), org, world, flags);
}

/** `config`, or the file of --config, with the flags' choices. */
export async function configWithFlags(
  integration: Integration,
  config: InstallationConfig,
  org: InstallOrg,
  world: { cwd: string; output: { warning(text: string): void } },
  flags: FlagChoices & { config?: string | undefined },
): Promise<InstallationConfig> {
  const base = flags.config === undefined ? config : loadConfigFile(resolve(world.cwd, flags.config), world.output);
  const schema = needsSchema(integration, flags) ? await org.describe(objectsOf(integration)) : undefined;
  return applyChoices(integration, base, flags, schema);
}

/** The config of an existing installation, changed: by a file as a whole, by flags, or by answers to what is still open. */
export async function changeConfig(
  integration: Integration,
  config: InstallationConfig,
  org: InstallOrg,
  world: { cwd: string; prompt: Prompter; output: { warning(text: string): void } },
  flags: FlagChoices & { config?: string | undefined; org?: string | undefined; 'group-name'?: string | undefined },
): Promise<InstallationConfig> {
  const changed = await configWithFlags(integration, config, org, world, flags);
  const told = changed !== config || flags.org !== undefined || flags['group-name'] !== undefined;
  if (told || !world.prompt.available) return changed;
  return askChoices(integration, changed, await org.describe(objectsOf(integration)), world.prompt);
}

/** Installation config of a JSON file; also one that holds it as `content` or `config`. Throws `installation-config-invalid`. */
export function loadConfigFile(path: string, output: { warning(text: string): void }): InstallationConfig {
  let text: string;
  try {
    text = readFileSync(path, 'utf8').replace(/^\ufeff/, '');
  } catch (error) {
    throw fileUnreadable(path, error);
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new AmpError({
      code: 'installation-config-invalid',
      message: `${path} is not JSON: ${(error as Error).message}`,
      cause: error,
    });
  }
  const { config, findings } = parseConfig(unwrap(value));
  const warnings = assertFindings(findings);
  for (const { message, hint } of warnings) output.warning(`${path}: ${message}${hint ? ` ${hint}` : ''}`);
  return config!;
}

/** The hosted API wraps the config in `{content}`, an installation in `{config: {content}}`. */
function unwrap(value: unknown): unknown {
  const wrapped = value as { config?: unknown; content?: unknown; provider?: unknown } | null;
  if (wrapped === null || typeof wrapped !== 'object' || wrapped.provider !== undefined) return value;
  if (wrapped.content !== undefined) return unwrap(wrapped.content);
  return wrapped.config === undefined ? value : unwrap(wrapped.config);
}

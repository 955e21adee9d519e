import { resolve } from 'node:path';
import envPaths from 'env-paths';
import type { Config } from './config.ts';
import type { Environment } from './env.ts';

export interface GlobalFlags {
  dir?: string;
  file?: string;
  project?: string;
  key?: string;
  json?: boolean;
  quiet?: boolean;
  verbose?: boolean;
  debug?: boolean;
  'log-values'?: boolean;
  color?: boolean;
}

/** Flags win over `AMP_*` variables, which win over defaults. `cwd` is the working folder after `-C`. */
export function loadConfig(flags: GlobalFlags, env: Environment, cwd: string): Config {
  const paths = envPaths('amp', { suffix: '' });
  const apiKey = flags.key ?? filled(env.AMP_API_KEY);
  return {
    env,
    json: flags.json ?? false,
    quiet: flags.quiet ?? false,
    verbose: (flags.verbose ?? false) || (flags.debug ?? false),
    debug: flags.debug ?? false,
    logValues: flags['log-values'] ?? env.AMP_LOG_VALUES === '1',
    manifestFile: flags.file === undefined ? undefined : resolve(cwd, flags.file),
    project: flags.project ?? filled(env.AMP_PROJECT),
    apiKey,
    apiKeyFrom: flags.key !== undefined ? 'flag' : apiKey === undefined ? undefined : 'environment',
    apiUrl: filled(env.AMP_API_URL),
    configDir: resolve(cwd, filled(env.AMP_CONFIG_DIR) ?? paths.config),
    cacheDir: resolve(cwd, filled(env.AMP_CACHE_DIR) ?? paths.cache),
    dataDir: resolve(cwd, filled(env.AMP_DATA_DIR) ?? paths.data),
    stateDir: env.AMP_STATE_DIR ? resolve(cwd, env.AMP_STATE_DIR) : undefined,
  };
}

/** An empty variable counts as unset, as in most tools. */
function filled(value: string | undefined): string | undefined {
  return value === '' ? undefined : value;
}

/**
 * Every setting of one run and which of flag > AMP_* > project > user > default won. env.ts is the only reader of
 * process.env; the rest of amp asks this.
 */
export interface Config {
  /** `AMP_…` variables and the few standard ones, as given. */
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly json: boolean;
  readonly quiet: boolean;
  readonly verbose: boolean;
  readonly debug: boolean;
  /** `--log-values` or AMP_LOG_VALUES=1: values of records stay in log lines. */
  readonly logValues: boolean;
  /** `--file`, exact manifest path. */
  readonly manifestFile: string | undefined;
  /** `-p`/AMP_PROJECT: the hosted project; undefined = the local environment. */
  readonly project: string | undefined;
  /** `-k`/AMP_API_KEY, never printed. */
  readonly apiKey: string | undefined;
  readonly apiKeyFrom: 'flag' | 'environment' | undefined;
  readonly apiUrl: string | undefined;
  /** User-level folders (orgs, settings; caches). */
  readonly configDir: string;
  readonly cacheDir: string;
  readonly dataDir: string;
  /** AMP_STATE_DIR, absolute, when set. */
  readonly stateDir: string | undefined;
}

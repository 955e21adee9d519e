import type { Config } from '../config/config.ts';
import type { Output } from '../output/output.ts';
import type { Prompter } from '../output/prompt.ts';
import type { Clock } from '../platform/clock.ts';

/** What a command gets of the world. Made once by main.ts; tests make their own. */
export interface Context {
  /** Working folder, after `-C`. */
  readonly cwd: string;
  readonly config: Config;
  readonly clock: Clock;
  /** The only way to stdout and stderr. */
  readonly output: Output;
  readonly prompt: Prompter;
  /** Aborted by the first Ctrl-C, SIGTERM or SIGHUP: finish the step in flight, save the checkpoint, return. */
  readonly signal: AbortSignal;
  /** Standard input as bytes, read at most once. */
  readonly stdin: () => Promise<Buffer>;
  readonly version: string;
}

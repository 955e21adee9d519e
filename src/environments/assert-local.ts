import type { Config } from '../config/config.ts';
import { AmpError } from '../errors/amp-error.ts';

/** For commands that work on this machine's state only. Throws `hosted-not-supported` when `-p` names a project. */
export function assertLocal(config: Config, why: string): void {
  if (config.project === undefined) return;
  throw new AmpError({
    code: 'hosted-not-supported',
    message: `${why} Leave out -p ${config.project} for the local ones.`,
  });
}

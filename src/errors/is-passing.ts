import { AmpError } from './amp-error.ts';
import { catalog } from './catalog.ts';

/** Whether the same attempt may succeed a little later: a broken line, a busy org, a limit that resets. */
export function isPassing(error: unknown): boolean {
  return error instanceof AmpError && catalog[error.code]?.retryable === true;
}

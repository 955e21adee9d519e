import { AmpError } from '../../errors/amp-error.ts';
import { catalog } from '../../errors/catalog.ts';

/**
 * What a failed read says about the object. Only `failure` counts towards pausing: pausing needs a person, and a person can
 * do nothing about the rest.
 *
 * - `stopped`: we told it to.
 * - `busy`: somebody else reads the same object at this moment (a command).
 * - `signed-out`: the org takes our sign-in no more; the installation stops as a whole and says so.
 * - `limited`: the org's daily calls are used up; all its reads wait.
 * - `unreachable`: nobody got as far as the org: this machine is offline, or the org is.
 * - `local`: our own disk or store; nothing the org or the object could do about.
 */
export type FailureKind = 'stopped' | 'busy' | 'signed-out' | 'limited' | 'unreachable' | 'local' | 'failure';

export function judgeFailure(error: unknown, signal: AbortSignal): FailureKind {
  if (signal.aborted) return 'stopped';
  if (!(error instanceof AmpError)) return 'failure';
  const { code } = error;
  if (code === 'read-busy' || code === 'org-sign-in-busy') return 'busy';
  if (code === 'salesforce-unreachable' || code === 'org-sign-in-unavailable') return 'unreachable';
  if (code === 'salesforce-rate-limited') return 'limited';
  if (code.startsWith('store-') || code.startsWith('credential-')) return 'local';
  if (catalog[code]?.exit === 'signIn') return 'signed-out';
  return 'failure';
}

import { AmpError } from '../../../errors/amp-error.ts';

/** What every job answer has: nothing can be asked of a job without an id, and one without a state would never end. */
export function isJob(body: unknown): boolean {
  const { id, state } = (body ?? {}) as { id?: unknown; state?: unknown };
  return typeof id === 'string' && id !== '' && typeof state === 'string';
}

export function noJob(resource: string): AmpError {
  return new AmpError({
    code: 'salesforce-answer-damaged',
    message: `The org answered a call of ${resource} with something that is no job.`,
  });
}

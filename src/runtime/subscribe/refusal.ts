import { AmpError } from '../../errors/amp-error.ts';
import { catalog } from '../../errors/catalog.ts';

/** An object that is not followed until a person acts; the others of its installation are. */
export interface RefusedObject {
  /** Manifest's spelling. */
  objectName: string;
  error: Error;
}

const refusals = [
  'destination-not-found',
  'subscribe-refused',
  'salesforce-object-unknown',
  'salesforce-access-denied',
];

/** A missing permission, object, field or destination: no retry cures it. */
export function isRefusal(error: unknown): error is AmpError {
  if (!(error instanceof AmpError)) return false;
  if (refusals.includes(error.code)) return true;
  return error.code.startsWith('read-') && catalog[error.code]?.retryable !== true;
}

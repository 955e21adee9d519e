import { AmpError } from '../../errors/amp-error.ts';
import { classifySalesforceError, withoutValues } from '../../providers/salesforce/errors.ts';
import type { JsonAnswer } from '../../providers/salesforce/rest/client.ts';
import { parseRetryAfter } from '../../providers/salesforce/rest/retry.ts';
import type { WriteError } from './prepared.ts';
import type { RowOutcome } from './write-outcome.ts';

/** One error as the org writes it: `errorCode` in single calls, `statusCode` in rows. */
export interface OrgError {
  errorCode?: string;
  statusCode?: string;
  message?: string;
  fields?: string[];
}

/** Statuses that say something about the record or the request; sign-in and server trouble stay errors of the call. */
export const answerStatuses = [300, 400, 403, 404, 409, 412, 413, 414, 415, 428, 429, 431];

const rolledBackCodes = new Set(['ALL_OR_NONE_OPERATION_ROLLED_BACK', 'PROCESSING_HALTED']);

/** Why the org refused a record. Several fields in one refusal are all named. */
export function refusedOutcome(status: number, errors: readonly OrgError[], retryAfterMs?: number): RowOutcome {
  const [first = {}] = errors;
  const providerCode = first.errorCode ?? first.statusCode;
  if (providerCode !== undefined && rolledBackCodes.has(providerCode)) return { status: 'rolled-back' };
  const { code, when } = classifySalesforceError(status, providerCode, first.message ?? '');
  const messages = errors.map((one) => withoutValues(one.errorCode ?? one.statusCode, one.message ?? '').trim());
  const fields = [...new Set(errors.flatMap((one) => one.fields ?? []))];
  const error: WriteError = {
    message: messages.filter(Boolean).join(' ') || `The org answered ${providerCode ?? `HTTP ${status}`}.`,
    code,
    ...(providerCode === undefined ? {} : { providerCode }),
    ...(fields.length > 0 ? { fields } : {}),
  };
  return { status: 'failure', error, again: when, ...(retryAfterMs === undefined ? {} : { retryAfterMs }) };
}

/** The same for the answer to one record's call. `now` in milliseconds, for Retry-After. */
export function refusedAnswer({ status, headers, body }: JsonAnswer<unknown>, now: number): RowOutcome {
  const retryAfterMs = parseRetryAfter(headers['retry-after'], now);
  if (status === 300) return severalMatches(body);
  return refusedOutcome(status, Array.isArray(body) ? (body as OrgError[]) : [], retryAfterMs);
}

/** An external id that stands for several records: their ids, nothing was changed. */
function severalMatches(body: unknown): RowOutcome {
  const ids = Array.isArray(body) ? body.map((url) => String(url).split('/').at(-1)) : [];
  return {
    status: 'failure',
    again: 'never',
    error: {
      code: 'salesforce-several-matches',
      message: `The external id stands for ${ids.length} records: ${ids.join(', ')}.`,
    },
  };
}

const lostAnswers = new Set([
  'salesforce-timeout',
  'salesforce-connection-lost',
  'salesforce-answer-damaged',
  'salesforce-unavailable',
]);

/**
 * What a call that broke says about its records: not sent (`soon`), or sent and the answer lost (`unknown`). Throws whatever
 * is not about this call: a sign-in that is over, a redirect, a bug.
 */
export function brokenCall(error: unknown): RowOutcome {
  if (!(error instanceof AmpError)) throw error;
  const { code, message, details } = error;
  const providerCode = typeof details?.errorCode === 'string' ? details.errorCode : undefined;
  const why: WriteError = { code, message, ...(providerCode === undefined ? {} : { providerCode }) };
  if (code === 'salesforce-unreachable') return { status: 'failure', error: why, again: 'soon' };
  // Said by the org before it did anything; other server errors may come after the commit.
  if (providerCode === 'SERVER_UNAVAILABLE') return { status: 'failure', error: why, again: 'soon' };
  if (lostAnswers.has(code)) return { status: 'unknown', error: why };
  throw error;
}

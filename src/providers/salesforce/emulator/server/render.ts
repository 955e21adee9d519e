import { OAuthError } from '../oauth/oauth-error.ts';
import { SalesforceFault } from '../org.ts';
import type { Answer } from './call.ts';

/** Every refusal in the family its endpoint uses: REST array or OAuth object. Anything else is our own fault: 500. */
export function answerError(error: unknown): Answer {
  if (error instanceof OAuthError) {
    return {
      status: error.status,
      headers: { 'cache-control': 'no-store' },
      json: { error: error.error, error_description: error.message },
    };
  }
  if (error instanceof SalesforceFault) return { status: error.status, json: faultBody(error) };
  throw error;
}

/** `[{message, errorCode, fields?}]`. */
export function faultBody(fault: SalesforceFault): Record<string, unknown>[] {
  const { message, errorCode, fields, extra } = fault;
  return [{ message, errorCode, ...(fields ? { fields } : {}), ...extra }];
}

import { AmpError } from '../../../errors/amp-error.ts';
import { type Http, HttpFailure, readBody } from '../../../platform/http.ts';
import { requestIdOf } from '../errors.ts';
import { type OAuthRefusal, signInError } from './oauth-errors.ts';

/** A token answer as the wire has it (Salesforce help, "OAuth 2.0 token response"). There is usually no `expires_in`. */
export interface TokenAnswer {
  accessToken: string;
  refreshToken: string | undefined;
  instanceUrl: string;
  /** `https://login.salesforce.com/id/<orgId>/<userId>`; absent from some grants. */
  idUrl: string | undefined;
  lifetimeMs: number | undefined;
}

/** What one POST to the token endpoint came to. `answer` is not parsed yet: a rotated token is kept before it is looked at. */
export type TokenOutcome =
  | { kind: 'answer'; raw: string }
  | { kind: 'refused'; refusal: OAuthRefusal }
  /** `sent`: the request may have been processed although no answer came back. */
  | { kind: 'unavailable'; reason: string; sent: boolean; retryAfterMs?: number; requestId?: string };

const requestTimeoutMs = 30_000;
const largestAnswerBytes = 64 * 1024;

/** Sends one form to an OAuth endpoint of `loginUrl`. Never throws for the network: that is an outcome. */
export async function postForm(
  http: Http,
  loginUrl: string,
  path: '/services/oauth2/token' | '/services/oauth2/revoke' | '/services/oauth2/introspect',
  form: Record<string, string | undefined>,
  signal?: AbortSignal,
): Promise<TokenOutcome> {
  const limit = AbortSignal.timeout(requestTimeoutMs);
  let status: number;
  let headers: Record<string, string>;
  let raw: string;
  try {
    const answer = await http.send({
      method: 'POST',
      url: new URL(path, loginUrl),
      headers: { 'content-type': 'application/x-www-form-urlencoded', accept: 'application/json' },
      body: encodeForm(form),
      signal: signal ? AbortSignal.any([signal, limit]) : limit,
      headersTimeoutMs: requestTimeoutMs,
      idleTimeoutMs: requestTimeoutMs,
    });
    ({ status, headers } = answer);
    raw = (await readBody(answer.body, largestAnswerBytes)).toString('utf8');
  } catch (error) {
    signal?.throwIfAborted();
    if (!(error instanceof HttpFailure)) throw error;
    return { kind: 'unavailable', reason: error.message, sent: error.sent };
  }
  if (status === 200) return { kind: 'answer', raw };
  return failedStatus(loginUrl, status, raw, headers);
}

export function encodeForm(form: Record<string, string | undefined>): string {
  const body = new URLSearchParams();
  for (const [name, value] of Object.entries(form)) if (value !== undefined) body.set(name, value);
  return body.toString();
}

/** What an answer other than 200 means: a refusal with words of its own, or a host that is not well. */
export function failedStatus(
  loginUrl: string,
  status: number,
  raw: string,
  headers: Readonly<Record<string, string | undefined>>,
): TokenOutcome {
  const refusal = parseRefusal(raw, status);
  const id = requestIdOf(headers);
  const requestId = id === undefined ? {} : { requestId: id };
  if (refusal && status < 500 && status !== 429) return { kind: 'refused', refusal: { ...refusal, ...requestId } };
  const seconds = Number(headers['retry-after']);
  return {
    kind: 'unavailable',
    reason: `${new URL(loginUrl).host} answered ${status}${refusal ? ` ${refusal.error}` : ''}.`,
    // An answer with a status is an answer: the request was turned away, not lost.
    sent: false,
    ...(seconds > 0 ? { retryAfterMs: seconds * 1000 } : {}),
    ...requestId,
  };
}

/** Throws `org-token-answer` for anything that is not a whole token answer. */
export function parseTokenAnswer(raw: string, loginUrl: string): TokenAnswer {
  let body: Record<string, unknown> | undefined;
  try {
    body = JSON.parse(raw);
  } catch {
    body = undefined;
  }
  const text = (name: string) => (typeof body?.[name] === 'string' && body[name] !== '' ? body[name] : undefined);
  const accessToken = text('access_token');
  const instanceUrl = text('instance_url');
  if (!accessToken || !instanceUrl) {
    throw new AmpError({
      code: 'org-token-answer',
      message: `${new URL(loginUrl).host} answered 200, but not with ${accessToken ? 'an instance_url' : 'a token'}.`,
    });
  }
  const seconds = Number(body?.expires_in);
  return {
    accessToken,
    refreshToken: text('refresh_token'),
    instanceUrl,
    idUrl: text('id'),
    lifetimeMs: seconds > 0 ? seconds * 1000 : undefined,
  };
}

/** One token request of a sign-in, where failing is simply an error. Throws `org-…`. */
export async function fetchToken(
  http: Http,
  loginUrl: string,
  form: Record<string, string | undefined>,
  signal?: AbortSignal,
): Promise<TokenAnswer> {
  const outcome = await postForm(http, loginUrl, '/services/oauth2/token', form, signal);
  if (outcome.kind === 'refused') throw signInError(outcome.refusal);
  if (outcome.kind === 'unavailable') {
    throw new AmpError({ code: 'org-sign-in-unavailable', message: `No token: ${outcome.reason}` });
  }
  return parseTokenAnswer(outcome.raw, loginUrl);
}

/** JSON for tokens, form-encoded for revoke, HTML from whatever stands in between. */
function parseRefusal(raw: string, status: number): OAuthRefusal | undefined {
  let error: unknown;
  let description: unknown;
  try {
    ({ error, error_description: description } = JSON.parse(raw));
  } catch {
    const form = new URLSearchParams(raw.length < 4096 && !raw.includes('<') ? raw : '');
    error = form.get('error');
    description = form.get('error_description');
  }
  if (typeof error !== 'string') return undefined;
  return { error: error.slice(0, 100), description: String(description ?? '').slice(0, 300), status };
}

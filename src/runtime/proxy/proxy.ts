import type { OperationLog } from '../../operations/operation-log.ts';
import type { Clock } from '../../platform/clock.ts';
import type { SalesforceClient } from '../../providers/salesforce/rest/client.ts';
import { checkProxyHeaders, checkProxyPath } from './check-request.ts';
import { retryAt, type Throttle, type ThrottleHeaders, throttleHeaders } from './throttle.ts';

export interface ProxyRequest {
  method: 'GET' | 'POST' | 'PATCH' | 'PUT' | 'DELETE' | 'HEAD';
  path: string;
  headers: Readonly<Record<string, string>>;
  body: Uint8Array | undefined;
  /** Keep calls back after a 429 until the org takes them again. */
  throttle: boolean;
}

export interface ProxyAnswer {
  operationId: string;
  status: number;
  headers: Record<string, string>;
  body: Buffer;
  /** False: the org was not called, it asked for a pause. */
  forwarded: boolean;
  /** Headers of the caller that were not passed on. */
  dropped: string[];
}

export interface ProxyWorld {
  client: SalesforceClient;
  org: { id: string };
  log: OperationLog;
  throttle: Throttle;
  clock: Clock;
  signal: AbortSignal;
}

export interface ProxyOwner {
  integration?: string;
  installationId?: string;
  groupRef?: string;
  startedBy: string;
}

/** Everything an answer may be, but for 401: that one is a matter of sign-in and cured by one renewal. */
const anyStatus = Array.from({ length: 300 }, (_, index) => 300 + index).filter((status) => status !== 401);

/**
 * Passes one call to the org: verb, path, query, body and content type as given, our sign-in attached. Status and body come
 * back as the org sent them; nothing is retried. Throws `proxy-…` before anything is sent, `org-…` when the sign-in is over.
 */
export async function proxyCall(world: ProxyWorld, owner: ProxyOwner, request: ProxyRequest): Promise<ProxyAnswer> {
  const path = checkProxyPath(request.path);
  const { headers, dropped } = checkProxyHeaders(request.headers);
  const { client, org, clock, log } = world;
  const where = path.split('?')[0]!;
  const operation = log.start({
    ...owner,
    action: 'proxy',
    org: org.id,
    metadata: { method: request.method, path: where },
  });
  try {
    const blockedUntil = request.throttle ? world.throttle.blockedUntil(org.id, clock.now()) : undefined;
    if (blockedUntil !== undefined) {
      operation.fail(`Not forwarded: the org asked for a pause until ${new Date(blockedUntil).toISOString()}.`);
      return answer(429, { 'content-type': 'application/json', ...throttleHeaders(blockedUntil) }, pausedBody, false);
    }
    const response = await client.stream({
      method: request.method,
      path,
      headers: { accept: '*/*', ...headers },
      ...(request.body ? { body: request.body } : {}),
      retry: 'never',
      accept: anyStatus,
      signal: world.signal,
    });
    const chunks: Uint8Array[] = [];
    for await (const chunk of response.body) chunks.push(chunk as Uint8Array);
    const { status } = response;
    const http = { method: request.method, path: where, status };
    if (status < 400) operation.info(`${request.method} ${where} → ${status}`, { subsystem: 'provider', http });
    else operation.warning(`${request.method} ${where} → ${status}`, { subsystem: 'provider', http });
    const extra = request.throttle && status === 429 ? pause(response.headers['retry-after']) : {};
    operation.progress({ apiCalls: 1, bytes: chunks.reduce((sum, chunk) => sum + chunk.byteLength, 0) });
    if (status < 400) operation.succeed(`The org answered ${status}.`);
    else operation.fail(`The org answered ${status}.`);
    return answer(status, { ...response.headers, ...extra }, Buffer.concat(chunks), true);
  } catch (error) {
    operation.fail(error);
    throw error;
  }

  function pause(retryAfter: string | undefined): ThrottleHeaders {
    const until = retryAt(retryAfter, clock.now());
    world.throttle.block(org.id, until);
    return throttleHeaders(until);
  }

  function answer(status: number, answered: object, body: Buffer, forwarded: boolean): ProxyAnswer {
    return { operationId: operation.id, status, headers: answered as Record<string, string>, body, forwarded, dropped };
  }
}

const pausedBody = Buffer.from(
  '[{"errorCode":"REQUEST_LIMIT_EXCEEDED","message":"Not forwarded: the org asked for a pause."}]',
);

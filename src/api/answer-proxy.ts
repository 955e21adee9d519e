import type { IncomingMessage } from 'node:http';
import { AmpError } from '../errors/amp-error.ts';
import { assertProxyOn } from '../runtime/proxy/assert-proxy-on.ts';
import { type ProxyRequest, proxyCall } from '../runtime/proxy/proxy.ts';
import { Throttle } from '../runtime/proxy/throttle.ts';
import { findProject, integrationOf, requireInstallation } from './find.ts';
import { type Issue, invalidRequest } from './parse-query.ts';
import type { Answer } from './route.ts';
import type { ApiWorld } from './world.ts';

/**
 * The hosted proxy has a host to itself; here the header that it wants of every call tells its calls apart, whatever their
 * path. A page in a browser cannot send it without asking first, and is never told yes.
 */
export function isProxyCall({ headers }: IncomingMessage): boolean {
  return headers['x-amp-proxy-version'] !== undefined;
}

/** Passes the call on to the installation's org and its answer back. Throws `proxy-…`, `api-…`, `org-…`. */
export async function answerProxy(
  world: ApiWorld,
  request: IncomingMessage,
  body: Buffer,
  signal: AbortSignal,
): Promise<Answer> {
  const method = methods.find((one) => one === request.method);
  if (!method) {
    const allow = methods.join(', ');
    throw new AmpError({ code: 'api-method-refused', message: `The proxy takes ${allow}.`, details: { allow } });
  }
  const installation = findTarget(world, request);
  const integration = integrationOf(world, installation);
  assertProxyOn(installation, integration);
  const { org, client } = await world.orgs.open(installation.orgId);
  const { state, log, clock } = world;
  const answer = await proxyCall(
    { client, org, log, clock, throttle: new Throttle(state.db), signal },
    {
      integration: integration.name,
      installationId: installation.id,
      groupRef: installation.groupRef,
      startedBy: 'api',
    },
    {
      method,
      path: request.url!,
      headers: callerHeaders(request),
      body: body.length > 0 ? body : undefined,
      throttle: /^throttle$/i.test(String(request.headers['x-amp-rate-limiter-mode'] ?? '')),
    },
  );
  const { 'content-type': contentType, ...headers } = passedBack(answer.headers);
  return {
    status: answer.status,
    bytes: answer.body,
    ...(contentType === undefined ? {} : { contentType }),
    headers: { ...headers, 'x-amp-operation-id': answer.operationId },
  };
}

const methods: readonly ProxyRequest['method'][] = ['GET', 'POST', 'PATCH', 'PUT', 'DELETE', 'HEAD'];

/** An installation id wins; without one, integration and group are both needed. */
function findTarget(world: ApiWorld, { headers }: IncomingMessage) {
  const header = (name: string) => {
    const value = headers[name];
    return typeof value === 'string' && value !== '' ? value : undefined;
  };
  const project = header('x-amp-project-id');
  if (project === undefined) throw missing('x-amp-project-id');
  findProject(world, project);
  const id = header('x-amp-installation-id');
  if (id !== undefined) return requireInstallation(world, id);
  const integration = header('x-amp-integration-name');
  const group = header('x-amp-group-ref');
  if (integration === undefined && group === undefined) throw missing('x-amp-installation-id');
  if (integration === undefined) throw missing('x-amp-integration-name');
  if (group === undefined) throw missing('x-amp-group-ref');
  const found = world.project.installations.find(group, integration);
  if (found) return found;
  throw new AmpError({
    code: 'installation-not-found',
    message: `"${integration}" is not installed for group "${group}".`,
  });
}

function missing(name: string): AmpError {
  const issues: Issue[] = [{ in: 'header', name, detail: 'It is missing.' }];
  return invalidRequest(issues);
}

/** Ours stay here; the rest goes on, as far as the proxy passes it. */
function callerHeaders({ headers }: IncomingMessage): Record<string, string> {
  const own = /^(?:x-amp-.*|x-api-key|expect|accept-encoding)$/;
  return Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) =>
      own.test(name) || value === undefined ? [] : [[name, Array.isArray(value) ? value.join(', ') : value]],
    ),
  );
}

/** What belongs to the connection with the org, to browsers, or to the body before it was unpacked stays behind, and what HTTP cannot carry. */
function passedBack(headers: Readonly<Record<string, string>>): Record<string, string> {
  const left =
    /^(?:connection|keep-alive|transfer-encoding|te|trailer|upgrade|content-length|content-encoding|set-cookie|access-control-.*|cache-control|x-content-type-options)$/;
  const carried = /^[\t\x20-\x7e\x80-\xff]*$/;
  return Object.fromEntries(Object.entries(headers).filter(([name, value]) => !left.test(name) && carried.test(value)));
}

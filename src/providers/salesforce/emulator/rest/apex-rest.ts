import { SalesforceFault } from '../org.ts';
import type { Answer, Call } from '../server/call.ts';
import { open, type Route } from '../server/router.ts';
import { requireSession } from '../server/run-call.ts';
import type { World } from '../world.ts';

/** A route of somebody's own Apex code, from a file: what it answers, or that it echoes the request. */
export interface ApexStub {
  method: string;
  /** Below `/services/apexrest`; `:name` takes one segment, a final `*` the rest. */
  path: string;
  status?: number;
  headers?: Record<string, string>;
  /** Sent as JSON, or as it is when it is text. */
  body?: unknown;
  /** Sends the request's own body and content type back. */
  echo?: boolean;
  /** An uncaught exception with this message. */
  throws?: string;
}

/** Any method below `/services/apexrest/`. */
function runApex(call: Call, world: World): Answer {
  call.session = requireSession(call, world);
  world.usage.count();
  const stub = world.apexStubs.find(
    ({ method, path }) => method.toUpperCase() === call.method && matches(path, call.params.path!),
  );
  if (!stub) throw new SalesforceFault(404, 'NOT_FOUND', 'Could not find a match for URL');
  if (stub.throws !== undefined) throw new SalesforceFault(500, 'APEX_ERROR', stub.throws);
  const status = stub.status ?? 200;
  if (stub.echo) {
    const type = call.headers['content-type'] ?? 'application/octet-stream';
    return { status, headers: { 'content-type': type, ...stub.headers }, bytes: call.body };
  }
  if (typeof stub.body === 'string') {
    return { status, headers: { 'content-type': 'text/plain;charset=UTF-8', ...stub.headers }, bytes: stub.body };
  }
  const headers = stub.headers ?? {};
  return stub.body === undefined ? { status, headers, bytes: '' } : { status, headers, json: stub.body };
}

function matches(pattern: string, path: string): boolean {
  const wanted = pattern.replace(/^\//, '').split('/');
  const given = path.split('/');
  const open = wanted.at(-1) === '*';
  if (open ? given.length < wanted.length - 1 : given.length !== wanted.length) return false;
  return wanted.every((segment, i) => segment === '*' || segment.startsWith(':') || segment === given[i]);
}

export const apexRoutes: Route[] = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'].map((method) =>
  open(method, '/services/apexrest/*path', runApex),
);

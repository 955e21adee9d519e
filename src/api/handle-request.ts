import type { IncomingMessage, ServerResponse } from 'node:http';
import { AmpError } from '../errors/amp-error.ts';
import type { Json } from '../mapping/json.ts';
import { timeOrderedId } from '../platform/ids.ts';
import { answerProxy, isProxyCall } from './answer-proxy.ts';
import { checkKey, checkSender, type Gate } from './gate.ts';
import { checkBody, parseQuery } from './parse-query.ts';
import { type Problem, problemOf } from './problem.ts';
import { parseBody, readBody } from './request-body.ts';
import type { Answer, Jobs, Route } from './route.ts';
import { createRouter, type Router } from './router.ts';
import { isAllOptional, type Schema } from './schema/schema.ts';
import type { ApiWorld } from './world.ts';

export interface HandlerOptions {
  world: ApiWorld;
  routes: readonly Route[];
  gate: Gate;
  /** For `/downloads/…`, which their own signature protects. */
  downloadGate: Gate;
  jobs: Jobs;
  /** True while stopping: nothing new is begun. */
  isStopping(): boolean;
  /** Calls under way, for whoever has to end them. */
  underWay: Set<AbortController>;
  downloads: (request: IncomingMessage, response: ServerResponse) => void;
}

/** What answers the requests of one listener. Never rejects. */
export function createRequestHandler(options: HandlerOptions) {
  const router = createRouter(options.routes);
  const { world } = options;
  const requests = world.metrics.counter('amp_api_requests_total', 'Requests to the local API, by route and status.');
  const seconds = world.metrics.histogram(
    'amp_api_request_duration_seconds',
    'How long the local API takes to answer.',
    [0.005, 0.02, 0.1, 0.5, 2, 10],
  );

  return async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const startedAt = performance.now();
    const requestId = timeOrderedId('req', world.clock.now());
    const path = (request.url ?? '/').split('?')[0]!;
    const seen: Seen = { route: 'none' };
    let answer: Answer;
    try {
      const decided = await decide(options, router, request, response, seen);
      if (decided === 'answered') return;
      answer = decided;
    } catch (error) {
      if (!(error instanceof AmpError) && !seen.signal?.aborted) {
        world.logger.error('api', `${request.method} ${path}: ${(error as Error).message}`, { error, requestId });
      }
      answer = problemAnswer(problemOf(error, { path, requestId, now: world.clock.now() }), error);
    }
    const isGone = response.destroyed;
    try {
      if (options.isStopping() && !isGone) response.setHeader('connection', 'close');
      if (!isGone) send(request, response, answer, requestId);
    } catch (error) {
      // A header of the org that Node does not send on. Nothing has left yet, and nothing will.
      world.logger.error('api', `${request.method} ${path}: ${(error as Error).message}`, { error, requestId });
      response.destroy();
    }
    const took = (performance.now() - startedAt) / 1000;
    const status = isGone ? 'gone' : String(answer.status);
    requests.add(1, { method: request.method ?? '', route: seen.route, status });
    seconds.observe(took, { route: seen.route });
    world.logger.debug('api', `${request.method} ${path} → ${status}`, {
      requestId,
      ms: Math.round(took * 1000),
    });
  };
}

/** What is known of a request so far, for the line and the metrics about it. */
interface Seen {
  route: string;
  signal?: AbortSignal;
}

async function decide(
  { world, gate, downloadGate, jobs, isStopping, underWay, downloads }: HandlerOptions,
  router: Router,
  request: IncomingMessage,
  response: ServerResponse,
  seen: Seen,
): Promise<Answer | 'answered'> {
  const method = request.method ?? 'GET';
  const target = request.url ?? '/';
  // Only the absolute form and `*` of OPTIONS begin otherwise (RFC 9112, section 3.2).
  if (!target.startsWith('/')) {
    throw new AmpError({ code: 'api-request-malformed', message: 'The request target is not a path.' });
  }
  if (target.startsWith('/downloads/')) {
    checkSender(downloadGate, request);
    downloads(request, response);
    return 'answered';
  }
  checkSender(gate, request);
  checkKey(gate, request);
  if (isStopping()) throw new AmpError({ code: 'api-stopping', message: 'The runtime is stopping.' });
  const { signal } = watchCall(underWay, response);
  seen.signal = signal;
  if (isProxyCall(request)) {
    seen.route = 'proxy';
    return answerProxy(world, request, await readBody(request, response), signal);
  }
  const question = target.indexOf('?');
  const path = question < 0 ? target : target.slice(0, question);
  if (method === 'OPTIONS') return { status: 204, headers: { allow: router.methodsOf(path).join(', ') } };
  const { route, params } = router.find(method, path);
  seen.route = route.path;
  const query = parseQuery(route.query, new URLSearchParams(question < 0 ? '' : target.slice(question + 1)));
  const body = route.body ? await bodyOf(route.body, request, response) : undefined;
  if (route.body && !route.checksBody) checkBody(route.body, body);
  return route.handle({ params, query: query as never, body: body as never, signal, jobs }, world);
}

async function bodyOf(schema: Schema, request: IncomingMessage, response: ServerResponse): Promise<Json> {
  const bytes = await readBody(request, response);
  return bytes.length === 0 && isAllOptional(schema) ? {} : parseBody(bytes, request.headers);
}

/** Aborted when the connection ends before the answer was sent. Not AbortSignal.any: a signal that lives for days would keep them all. */
function watchCall(underWay: Set<AbortController>, response: ServerResponse): AbortController {
  const call = new AbortController();
  underWay.add(call);
  response.once('close', () => {
    underWay.delete(call);
    if (!response.writableFinished) call.abort();
  });
  return call;
}

function problemAnswer(problem: Problem, error: unknown): Answer {
  const { allow } = (error as { details?: { allow?: string } }).details ?? {};
  return {
    status: problem.status,
    body: problem,
    contentType: 'application/problem+json',
    headers: {
      ...(allow === undefined ? {} : { allow }),
      ...(problem.status === 401 ? { 'www-authenticate': 'Bearer realm="amp"' } : {}),
      ...(problem.status in waits ? { 'retry-after': waits[problem.status] } : {}),
      // The rest of it may be on its way still.
      ...(problem.status === 413 ? { connection: 'close' } : {}),
    },
  };
}

/** Seconds before another try makes sense: an org's limit moves over minutes, our own store in no time. */
const waits: Readonly<Record<number, string>> = { 429: '60', 503: '1' };

function send(request: IncomingMessage, response: ServerResponse, answer: Answer, requestId: string): void {
  const text = answer.text ?? (answer.body === undefined ? undefined : JSON.stringify(answer.body));
  const bytes = answer.bytes ?? (text === undefined ? undefined : Buffer.from(text));
  const hasBody = bytes !== undefined && answer.status !== 204;
  response.writeHead(answer.status, {
    ...answer.headers,
    ...(hasBody ? { 'content-length': bytes.length } : {}),
    ...(hasBody && (answer.contentType ?? !answer.bytes)
      ? { 'content-type': answer.contentType ?? 'application/json' }
      : {}),
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
    'x-request-id': requestId,
  });
  response.end(hasBody && request.method !== 'HEAD' ? bytes : undefined);
}

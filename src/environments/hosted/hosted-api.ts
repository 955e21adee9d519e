import type { Config } from '../../config/config.ts';
import type { Secret } from '../../credentials/secret.ts';
import { AmpError } from '../../errors/amp-error.ts';
import type { Clock } from '../../platform/clock.ts';
import { type Http, HttpFailure, readBody } from '../../platform/http.ts';
import { type HostedHost, hostedUrl } from './hosts.ts';
import { refusalError, retryAfterMs } from './problem.ts';

/**
 * Calls to the hosted platform. A GET is repeated when that may help (network, 429, 502, 503, 504), with backoff and as
 * `Retry-After` says. Anything else is sent once: whoever lost its answer must look before trying again. Every call ends.
 */
export interface HostedApi {
  readonly project: string;
  /** Reads JSON. Throws `hosted-…`. */
  get<Body>(path: string, query?: Query): Promise<Body>;
  /** Sends once. The body is JSON already parsed, or undefined when the answer has none. Throws `hosted-…`. */
  send<Body>(request: HostedRequest): Promise<Body>;
  /** Sends once and answers whatever came, refusals too. */
  exchange(request: HostedRequest): Promise<HostedAnswer>;
  /** The error a refused answer stands for. */
  refusal(request: HostedRequest, answer: HostedAnswer): AmpError;
  /** Sends bytes to a signed address: our key stays at home. Throws `hosted-…`. */
  upload(url: URL, bytes: Uint8Array, headers: Record<string, string>): Promise<void>;
}

export type Query = Record<string, string | number | boolean | undefined>;

export interface HostedRequest {
  method: string;
  host?: HostedHost;
  /** Made with the `path` tag; starts with a slash. */
  path: string;
  query?: Query;
  /** Sent as JSON, bytes as they are. */
  body?: unknown;
  headers?: Record<string, string>;
}

export interface HostedAnswer {
  status: number;
  headers: Record<string, string>;
  body: Buffer;
}

export interface HostedWorld {
  config: Pick<Config, 'apiUrl' | 'env'>;
  project: string;
  key: Secret;
  http: Http;
  clock: Clock;
  signal: AbortSignal;
  /** `amp-cli/0.1.0` */
  client: string;
  debug(line: string): void;
  /** 0 to 1, for the spread of retries. */
  random(): number;
}

const mostTries = 4;
const firstDelayMs = 500;
const longestDelayMs = 60_000;
const defaultTimeoutMs = 30_000;
const worthRepeating = [429, 502, 503, 504];

export function createHostedApi(world: HostedWorld): HostedApi {
  const timeoutMs = readTimeout(world.config.env.AMP_API_TIMEOUT_MS);

  async function exchange(request: HostedRequest): Promise<HostedAnswer> {
    const url = urlOf(world, request);
    const isBytes = request.body instanceof Uint8Array;
    const headers: Record<string, string> = {
      accept: 'application/json, application/problem+json',
      'user-agent': world.client,
      'x-amp-client': world.client,
      ...(request.body !== undefined && !isBytes && { 'content-type': 'application/json' }),
      ...request.headers,
      'x-api-key': world.key.reveal(),
    };
    const body =
      request.body === undefined ? undefined : isBytes ? (request.body as Uint8Array) : JSON.stringify(request.body);
    return trace(world, request.method, url, headers, () =>
      sendOnce(world, { method: request.method, url, headers, body }, timeoutMs),
    );
  }

  async function expectJson<Body>(request: HostedRequest, answer: HostedAnswer): Promise<Body> {
    const text = answer.body.toString('utf8');
    if (answer.status >= 300) throw refusal(request, answer);
    if (text.trim() === '') return undefined as Body;
    try {
      return JSON.parse(text) as Body;
    } catch (error) {
      throw new AmpError({
        code: 'hosted-answer-invalid',
        message: `${say(request)}: the answer is not JSON (HTTP ${answer.status}): ${text.replaceAll(/\s+/g, ' ').slice(0, 120)}`,
        cause: error,
      });
    }
  }

  async function get<Body>(path: string, query?: Query): Promise<Body> {
    const request: HostedRequest = { method: 'GET', path, ...(query && { query }) };
    for (let attempt = 1; ; attempt++) {
      let pauseMs: number | undefined;
      try {
        const answer = await exchange(request);
        if (!worthRepeating.includes(answer.status) || attempt === mostTries)
          return await expectJson<Body>(request, answer);
        pauseMs = retryAfterMs(answer.headers['retry-after'], answer.body.toString('utf8'), world.clock.now());
        // A wait nobody would sit through is an answer, too.
        if (pauseMs !== undefined && pauseMs > longestDelayMs) throw refusal(request, answer);
      } catch (error) {
        if (!(error instanceof HttpFailure) || error.kind === 'aborted')
          throw world.signal.aborted ? world.signal.reason : error;
        if (attempt === mostTries) throw unreachable(request, error);
      }
      const delayMs = pauseMs ?? firstDelayMs * 2 ** (attempt - 1) * (0.5 + world.random());
      world.debug(`again in ${Math.round(delayMs)} ms (try ${attempt + 1} of ${mostTries})`);
      await world.clock.sleep(delayMs, world.signal);
    }
  }

  async function send<Body>(request: HostedRequest): Promise<Body> {
    return expectJson<Body>(request, await exchangeOnce(request));
  }

  async function exchangeOnce(request: HostedRequest): Promise<HostedAnswer> {
    try {
      return await exchange(request);
    } catch (error) {
      throw error instanceof HttpFailure ? lostAnswer(request, error) : error;
    }
  }

  return {
    project: world.project,
    get,
    send,
    exchange: exchangeOnce,
    refusal,
    async upload(url, bytes, headers) {
      const request: HostedRequest = { method: 'PUT', path: `upload to ${url.host}` };
      try {
        const answer = await trace(world, 'PUT', new URL(url.pathname, url), headers, () =>
          sendOnce(world, { method: 'PUT', url, headers, body: bytes }, timeoutMs),
        );
        if (answer.status >= 300) throw refusal(request, answer);
      } catch (error) {
        // An upload nobody points to has no effect, so its loss is no mystery.
        throw error instanceof HttpFailure ? unreachable(request, error) : error;
      }
    },
  };
}

async function sendOnce(
  { http, signal }: HostedWorld,
  request: { method: string; url: URL; headers: Record<string, string>; body: string | Uint8Array | undefined },
  timeoutMs: number,
): Promise<HostedAnswer> {
  const answer = await http.send({ ...request, signal, headersTimeoutMs: timeoutMs, idleTimeoutMs: timeoutMs });
  return { status: answer.status, headers: answer.headers, body: await readBody(answer.body) };
}

async function trace(
  world: HostedWorld,
  method: string,
  url: URL,
  headers: Record<string, string>,
  work: () => Promise<HostedAnswer>,
): Promise<HostedAnswer> {
  const started = performance.now();
  const sent = Object.entries(headers).map(([name, value]) => `${name}: ${name === 'x-api-key' ? '[secret]' : value}`);
  world.debug(`> ${method} ${url.href} ${sent.join(', ')}`);
  const answer = await work();
  world.debug(`< ${answer.status} in ${Math.round(performance.now() - started)} ms, ${answer.body.length} bytes`);
  return answer;
}

function urlOf({ config }: HostedWorld, { host = 'api', path, query }: HostedRequest): URL {
  const url = new URL(hostedUrl(host, config) + path);
  for (const [name, value] of Object.entries(query ?? {})) {
    if (value !== undefined) url.searchParams.set(name, String(value));
  }
  return url;
}

function refusal(request: HostedRequest, answer: HostedAnswer): AmpError {
  return refusalError({
    request: say(request),
    status: answer.status,
    contentType: answer.headers['content-type'] ?? '',
    body: answer.body.toString('utf8'),
    requestId: answer.headers['x-request-id'],
  });
}

function unreachable(request: HostedRequest, failure: HttpFailure): AmpError {
  return new AmpError({ code: 'hosted-unreachable', message: `${say(request)}: ${failure.message}`, cause: failure });
}

function lostAnswer(request: HostedRequest, failure: HttpFailure): AmpError {
  if (!failure.sent) return unreachable(request, failure);
  return new AmpError({
    code: 'hosted-outcome-unknown',
    message: `${say(request)}: ${failure.message} It may have taken effect, so it was not repeated.`,
    cause: failure,
  });
}

function say({ method, path }: HostedRequest): string {
  return `${method} ${path}`;
}

function readTimeout(text: string | undefined): number {
  if (!text) return defaultTimeoutMs;
  const ms = Number(text);
  if (Number.isInteger(ms) && ms > 0) return ms;
  throw new AmpError({ code: 'usage', message: `AMP_API_TIMEOUT_MS is "${text}"; give milliseconds.` });
}

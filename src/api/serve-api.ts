import { createDownloads } from '../destinations/downloads/downloads.ts';
import type { AmpError } from '../errors/amp-error.ts';
import { timeOrderedId } from '../platform/ids.ts';
import { Slots } from '../providers/salesforce/rest/slots.ts';
import { type ApiKey, loadApiKey } from './api-key.ts';
import type { Gate } from './gate.ts';
import { createRequestHandler } from './handle-request.ts';
import { type Listener, openListener } from './listen/listener.ts';
import { hostsOf, parseListen, urlOf } from './listen/parse-listen.ts';
import { defaultSocketPath, prepareSocketPath, protectSocket } from './listen/socket-file.ts';
import { problemOf } from './problem.ts';
import type { Jobs } from './route.ts';
import { routes } from './routes/index.ts';
import type { ApiWorld } from './world.ts';

export interface ServeOptions {
  world: ApiWorld;
  /** Path of the Unix socket; `api.sock` in the state folder when absent. */
  socket?: string | undefined;
  /** `127.0.0.1:4400`: listens there too. Port 0 takes a free one. */
  listen?: string | undefined;
  /** Stops serving: nothing new is taken, calls under way get `graceMs` to end. */
  signal: AbortSignal;
  graceMs?: number;
}

export interface RunningApi {
  socketPath: string;
  /** `http://127.0.0.1:4400`, with `listen`. */
  url?: string;
  /** File with the key that TCP wants. */
  keyPath?: string;
  /** Resolves when it has stopped after `signal`, with every background job at its end. */
  stopped: Promise<void>;
}

/**
 * Serves the project's API on its Unix socket and, when asked, on a loopback port. Throws `usage` and `api-listen-refused`
 * for a bad address, `api-address-taken`, `api-socket-unusable`, `file-not-private`.
 */
export async function serveApi(options: ServeOptions): Promise<RunningApi> {
  const { world, signal } = options;
  const address = options.listen === undefined ? undefined : parseListen(options.listen);
  const socketPath = options.socket ?? defaultSocketPath(world.state.dir);
  const calls = createCalls(signal);
  const listeners: Listener[] = [];
  let key: ApiKey | undefined;
  try {
    await prepareSocketPath(socketPath);
    listeners.push(await openListener({ path: socketPath }, handlersOf(world, calls, undefined)));
    protectSocket(socketPath);
    if (address) {
      key = await loadApiKey(world.state.dir);
      listeners.push(await openListener(address, handlersOf(world, calls, key)));
    }
  } catch (error) {
    for (const listener of listeners) await listener.close();
    throw error;
  }
  const port = listeners[1]?.port;
  return {
    socketPath,
    ...(address && port !== undefined ? { url: urlOf({ ...address, port })! } : {}),
    ...(key ? { keyPath: key.path } : {}),
    stopped: stopWhenAsked(listeners, calls, options),
  };
}

/** Any number may be triggered; so many of one org run at once, the others wait in order. */
const triggeredReadsPerOrg = 4;

/** What is under way, and how it is told to end. */
interface Calls {
  jobs: Jobs;
  running: Set<Promise<unknown>>;
  isStopping(): boolean;
  /** Requests that have not been answered yet. */
  underWay: Set<AbortController>;
}

function createCalls(signal: AbortSignal): Calls {
  const running = new Set<Promise<unknown>>();
  const turns = new Map<string, Slots>();
  return {
    running,
    underWay: new Set(),
    isStopping: () => signal.aborted,
    jobs: {
      signal,
      add(work) {
        const ended: Promise<unknown> = work.catch(() => {}).finally(() => running.delete(ended));
        running.add(ended);
      },
      takeTurn(orgId) {
        const slots = turns.get(orgId) ?? new Slots(triggeredReadsPerOrg);
        turns.set(orgId, slots);
        return slots.take(signal);
      },
    },
  };
}

function handlersOf(world: ApiWorld, calls: Calls, key: ApiKey | undefined) {
  return {
    handle(port: number) {
      const gate: Gate = key ? { hosts: hostsOf(port), key: key.key } : { hosts: undefined, key: undefined };
      const downloads = createDownloads(world.state, () => world.clock.now());
      return createRequestHandler({
        world,
        routes,
        gate,
        downloadGate: { ...gate, hosts: gate.hosts && [...gate.hosts, ...tunnelHosts(world)] },
        jobs: calls.jobs,
        isStopping: calls.isStopping,
        underWay: calls.underWay,
        downloads: (request, response) => downloads.answer(request, response),
      });
    },
    refuse(error: AmpError) {
      const now = world.clock.now();
      return problemOf(error, { path: '', requestId: timeOrderedId('req', now), now });
    },
  };
}

/** Where downloads are reached from outside: a tunnel keeps its own name in the Host header. */
function tunnelHosts({ context }: ApiWorld): string[] {
  const url = context.config.env.AMP_DOWNLOAD_URL ?? '';
  return URL.canParse(url) ? [new URL(url).host] : [];
}

async function stopWhenAsked(listeners: readonly Listener[], calls: Calls, options: ServeOptions): Promise<void> {
  const { signal, world, graceMs = 9_000 } = options;
  if (!signal.aborted) await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
  const ended = new AbortController();
  const closed = Promise.all(listeners.map((listener) => listener.close())).then(() => ended.abort());
  await world.clock.sleep(graceMs, ended.signal).catch(() => {});
  if (!ended.signal.aborted) {
    for (const call of [...calls.underWay]) call.abort();
    for (const listener of listeners) listener.destroy();
  }
  await closed;
  await Promise.all(calls.running);
}

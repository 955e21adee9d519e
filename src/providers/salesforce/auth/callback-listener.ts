import { timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { AmpError } from '../../../errors/amp-error.ts';
import { callbackPath } from './authorize.ts';
import { type Page, renderPage } from './callback-page.ts';

/** What the sign-in page sent back with the right `state`. */
export type Callback = { kind: 'code'; code: string } | { kind: 'refused'; error: string; description: string };

export interface CallbackListener {
  /** Resolves with the one callback that counts. */
  readonly callback: Promise<Callback>;
  /** Says how it ended: the waiting browser gets its page, and the port is free within a second. */
  finish(page: 'signed-in' | 'denied' | 'failed'): Promise<void>;
}

const donePath = `${callbackPath}/done`;
const lingerMs = 1_000;
const headers = {
  'content-type': 'text/html; charset=utf-8',
  'cache-control': 'no-store',
  'referrer-policy': 'no-referrer',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
  connection: 'close',
};

/**
 * Waits on both loopback addresses for the browser to come back. `localhost` may resolve to either, and whoever holds the other
 * one would be sent the code: if one is taken, neither is used. `state` is looked at before anything else; whatever does not
 * carry it (strays, scanners, forged errors) is turned away and the wait goes on. The first right one counts, once.
 *
 *   waiting → (right state) → accepted: 303 to a clean address, so that the code leaves the address bar → finish → closed
 *
 * Throws `org-sign-in-port`.
 */
export async function startCallbackListener(port: number, state: string): Promise<CallbackListener> {
  let accept!: (callback: Callback) => void;
  const callback = new Promise<Callback>((resolve) => {
    accept = resolve;
  });
  let accepted = false;
  let outcome: Page | undefined;
  const waiting = new Set<ServerResponse>();
  let pageSeen!: () => void;
  const seen = new Promise<void>((resolve) => {
    pageSeen = resolve;
  });

  const sendOutcome = (response: ServerResponse) => {
    if (outcome) {
      response.once('finish', pageSeen);
      return send(response, 200, outcome);
    }
    waiting.add(response);
    response.once('close', () => waiting.delete(response));
  };

  const answer = (request: IncomingMessage, response: ServerResponse) => {
    request.resume();
    const hosts = [`localhost:${port}`, `127.0.0.1:${port}`, `[::1]:${port}`];
    const hostCount = request.rawHeaders.filter((name, at) => at % 2 === 0 && name.toLowerCase() === 'host').length;
    if (hostCount !== 1 || !hosts.includes(request.headers.host ?? '')) return send(response, 421, 'not-here');
    if (request.method !== 'GET') return send(response, 405, 'not-here', { allow: 'GET' });
    const url = new URL(request.url ?? '/', 'http://localhost');
    if (url.pathname === donePath && accepted) return sendOutcome(response);
    if (url.pathname !== callbackPath) return send(response, 404, 'not-here');
    const parameters = url.searchParams;
    if (!sameText(parameters.get('state') ?? '', state)) return send(response, 400, 'wrong-state');
    if (accepted) return send(response, 409, 'used');
    const parsed = parseCallback(parameters);
    if (!parsed) return send(response, 400, 'not-here');
    accepted = true;
    send(response, 303, 'failed', { location: donePath });
    accept(parsed);
  };

  const servers = await listenOnLoopback(port, answer);
  return {
    callback,
    async finish(page) {
      outcome = page;
      for (const response of waiting) sendOutcome(response);
      let timer: NodeJS.Timeout | undefined;
      const late = new Promise<void>((resolve) => {
        timer = setTimeout(resolve, accepted ? lingerMs : 0);
      });
      await Promise.race([seen, late]);
      clearTimeout(timer);
      await closeAll(servers);
    },
  };
}

/** The parameters of a callback whose state is right. Undefined: neither code nor error. */
export function parseCallback(parameters: URLSearchParams): Callback | undefined {
  const error = parameters.get('error');
  if (error) {
    const description = (parameters.get('error_description') ?? '').slice(0, 300);
    return { kind: 'refused', error: error.slice(0, 100), description };
  }
  const code = parameters.get('code');
  return code ? { kind: 'code', code } : undefined;
}

/** Constant time for texts of equal length. */
export function sameText(given: string, expected: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(expected)];
  return a.length === b.length && timingSafeEqual(a, b);
}

function send(response: ServerResponse, status: number, page: Page, more: Record<string, string> = {}): void {
  response.writeHead(status, { ...headers, ...more });
  response.end(renderPage(page));
}

type Handler = (request: IncomingMessage, response: ServerResponse) => void;

async function listenOnLoopback(port: number, handler: Handler): Promise<Server[]> {
  const servers: Server[] = [];
  try {
    for (const host of ['127.0.0.1', '::1']) {
      const server = createServer({ maxHeaderSize: 16 * 1024, headersTimeout: 5_000, requestTimeout: 10_000 }, handler);
      server.maxConnections = 64;
      try {
        await listen(server, host, port);
        servers.push(server);
      } catch (error) {
        const code = (error as NodeJS.ErrnoException).code;
        // A computer without IPv6 has nobody on ::1 either.
        if (host === '::1' && (code === 'EADDRNOTAVAIL' || code === 'EAFNOSUPPORT')) continue;
        throw new AmpError({
          code: 'org-sign-in-port',
          message: `Port ${port} on ${host} cannot be used for the callback (${code}).`,
          cause: error,
        });
      }
    }
    return servers;
  } catch (error) {
    await closeAll(servers);
    throw error;
  }
}

function listen(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen({ host, port, exclusive: true, ipv6Only: host === '::1' }, () => {
      server.off('error', reject);
      resolve();
    });
  });
}

async function closeAll(servers: Server[]): Promise<void> {
  await Promise.all(
    servers.map(
      (server) =>
        new Promise<void>((resolve) => {
          server.close(() => resolve());
          server.closeAllConnections();
        }),
    ),
  );
}

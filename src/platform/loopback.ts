import { timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';

export type LoopbackHandler = (request: IncomingMessage, response: ServerResponse) => void;

export interface LoopbackServer {
  port: number;
  /** Ends every connection. The port is free when it resolves. */
  close(): Promise<void>;
}

/** The address somebody else holds, or may not be listened on. */
export class PortTaken extends Error {
  readonly host: string;
  readonly port: number;

  constructor(host: string, port: number, cause: NodeJS.ErrnoException) {
    super(`Port ${port} on ${host} cannot be used (${cause.code}).`, { cause });
    this.host = host;
    this.port = port;
  }
}

const attempts = 20;

/**
 * Serves a browser on this computer, and nobody else, on both loopback addresses: `localhost` may resolve to either, and whoever
 * holds the other one would get what was meant for us. If one is taken, neither is used. Port 0 = any that is free on both.
 * Throws `PortTaken`.
 */
export async function listenOnLoopback(port: number, handler: LoopbackHandler): Promise<LoopbackServer> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await listenOnBoth(port, handler);
    } catch (error) {
      if (port !== 0 || attempt === attempts) throw error;
    }
  }
}

/** Whether the request names this server, once: a page that resolves its own name to 127.0.0.1 does not. */
export function namesLoopback(request: IncomingMessage, port: number): boolean {
  const hosts = [`localhost:${port}`, `127.0.0.1:${port}`, `[::1]:${port}`];
  const count = request.rawHeaders.filter((name, at) => at % 2 === 0 && name.toLowerCase() === 'host').length;
  return count === 1 && hosts.includes(request.headers.host ?? '');
}

/** Constant time for texts of equal length. */
export function sameText(given: string, expected: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(expected)];
  return a.length === b.length && timingSafeEqual(a, b);
}

async function listenOnBoth(wanted: number, handler: LoopbackHandler): Promise<LoopbackServer> {
  const servers: Server[] = [];
  let port = wanted;
  try {
    for (const host of ['127.0.0.1', '::1']) {
      const server = createServer({ maxHeaderSize: 16 * 1024, headersTimeout: 5_000, requestTimeout: 10_000 }, handler);
      server.maxConnections = 64;
      try {
        port = await listen(server, host, port);
        servers.push(server);
      } catch (error) {
        const { code } = error as NodeJS.ErrnoException;
        // A computer without IPv6 has nobody on ::1 either.
        if (host === '::1' && (code === 'EADDRNOTAVAIL' || code === 'EAFNOSUPPORT')) continue;
        throw new PortTaken(host, port, error as NodeJS.ErrnoException);
      }
    }
    return { port, close: () => closeAll(servers) };
  } catch (error) {
    await closeAll(servers);
    throw error;
  }
}

function listen(server: Server, host: string, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen({ host, port, exclusive: true, ipv6Only: host === '::1' }, () => {
      server.off('error', reject);
      resolve((server.address() as { port: number }).port);
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

import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, ListenOptions, Socket } from 'node:net';
import { AmpError } from '../../errors/amp-error.ts';
import type { Problem } from '../problem.ts';

/** Limits of every listener: a slow or greedy client takes one of 64 places for a few seconds, and no more. */
const limits = {
  headersTimeout: 5_000,
  requestTimeout: 30_000,
  keepAliveTimeout: 5_000,
  connectionsCheckingInterval: 1_000,
  maxHeaderSize: 16 * 1024,
  // Missing and double ones are the gate's to refuse.
  requireHostHeader: false,
};
const mostConnections = 64;

export interface Listener {
  /** 0 on a socket. */
  readonly port: number;
  /** Takes no more connections and resolves when those there are have ended; idle ones end at once. */
  close(): Promise<void>;
  /** Ends them whatever they are at. */
  destroy(): void;
}

export interface ListenerHandlers {
  /** Made when the port is known. */
  handle(port: number): (request: IncomingMessage, response: ServerResponse) => Promise<void>;
  /** The problem for what is no request, or came too slowly. */
  refuse(error: AmpError): Problem;
}

/** Throws `api-address-taken`, `api-socket-unusable`. */
export async function openListener(at: ListenOptions, handlers: ListenerHandlers): Promise<Listener> {
  const server = createServer(limits);
  server.maxConnections = mostConnections;
  server.on('clientError', (error: NodeJS.ErrnoException, socket) => refuseRaw(error, socket as Socket, handlers));
  await listen(server, at);
  const address = server.address();
  const port = typeof address === 'object' ? (address as AddressInfo).port : 0;
  const handle = handlers.handle(port);
  // Expect: 100-continue is answered where the body is read, so that nobody sends one in vain.
  for (const event of ['request', 'checkContinue'] as const) server.on(event, handle);
  return {
    port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeIdleConnections();
      }),
    destroy: () => server.closeAllConnections(),
  };
}

function listen(server: Server, at: ListenOptions): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => reject(listenError(error, at)));
    server.listen(at, resolve);
  });
}

function listenError(error: NodeJS.ErrnoException, at: ListenOptions): AmpError {
  const where = at.path ?? `${at.host}:${at.port}`;
  if (error.code === 'EADDRINUSE') {
    return new AmpError({ code: 'api-address-taken', message: `Another process listens on ${where}.`, cause: error });
  }
  const code = at.path === undefined ? 'api-address-taken' : 'api-socket-unusable';
  return new AmpError({ code, message: `Cannot listen on ${where}: ${error.message}.`, cause: error });
}

function refuseRaw(error: NodeJS.ErrnoException, socket: Socket, { refuse }: ListenerHandlers): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  const problem = refuse(clientError(error));
  const status = error.code === 'HPE_HEADER_OVERFLOW' ? 431 : problem.status;
  const body = JSON.stringify({ ...problem, status });
  socket.end(
    `HTTP/1.1 ${status} ${reasons[status] ?? 'Bad Request'}\r\nContent-Type: application/problem+json\r\nContent-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`,
  );
}

function clientError(error: NodeJS.ErrnoException): AmpError {
  if (error.code === 'ERR_HTTP_REQUEST_TIMEOUT') {
    return new AmpError({ code: 'api-request-too-slow', message: 'The request did not arrive in time.', cause: error });
  }
  const message =
    error.code === 'HPE_HEADER_OVERFLOW' ? 'The headers are over 16 KiB.' : 'What arrived is not an HTTP request.';
  return new AmpError({ code: 'api-request-malformed', message, cause: error });
}

const reasons: Readonly<Record<number, string>> = { 408: 'Request Timeout', 431: 'Request Header Fields Too Large' };

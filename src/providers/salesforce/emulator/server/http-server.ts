import { createServer, type IncomingMessage, type RequestListener, type Server, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { AmpError } from '../../../../errors/amp-error.ts';
import type { World } from '../world.ts';
import { answerCall } from './answer-call.ts';
import type { Call } from './call.ts';
import { isOurHost, normalizePath, readBody } from './read-request.ts';
import { sendAnswer } from './send.ts';

const maxUriBytes = 16_384;

export interface Listener {
  port: number;
  origin: string;
  close(): Promise<void>;
}

export interface ListenOptions {
  host: string;
  port: number;
  tls?: { key: string; cert: string };
}

/** One HTTP or TLS listener of the org. `close` ends held requests as well. */
export async function listen(options: ListenOptions, world: World): Promise<Listener> {
  // Node would answer 431 for a long URI by itself; 414 and 431 differ on this platform.
  const settings = { maxHeaderSize: 64 * 1024, keepAliveTimeout: 60_000, requestTimeout: 0 };
  const handler: RequestListener = (request, response) => void serve(request, response, world, scheme);
  const scheme = options.tls ? 'https' : 'http';
  const server: Server = options.tls
    ? createTlsServer({ ...settings, ...options.tls }, handler)
    : createServer(settings, handler);
  // Some clients probe with an upgrade first; anything but 101 is a fine answer.
  server.on('upgrade', (_request, socket) => socket.end('HTTP/1.1 400 Bad Request\r\nconnection: close\r\n\r\n'));
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EADDRINUSE') return reject(error);
      const message = `Port ${options.port} is taken by another program.`;
      reject(new AmpError({ code: 'emulator-port-taken', message, cause: error }));
    });
    server.listen(options.port, options.host, resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    port,
    origin: `${scheme}://${options.host}:${port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function serve(request: IncomingMessage, response: ServerResponse, world: World, scheme: string): Promise<void> {
  try {
    await answerRequest(request, response, world, scheme);
  } catch (error) {
    // A bug of ours must look like one: a 500 that names it, never a hanging client.
    if (response.headersSent) return void request.socket.destroy();
    const message = error instanceof Error ? `${error.message}` : String(error);
    const body = JSON.stringify([{ message: `Emulator error: ${message}`, errorCode: 'UNKNOWN_EXCEPTION' }]);
    response.writeHead(500, { 'content-type': 'application/json;charset=UTF-8' }).end(body);
    world.onInternalError(error);
  }
}

async function answerRequest(request: IncomingMessage, response: ServerResponse, world: World, scheme: string) {
  const refusal = refuseEarly(request);
  if (refusal) {
    request.resume();
    const body = JSON.stringify([{ message: refusal.message, errorCode: refusal.errorCode }]);
    response.writeHead(refusal.status, { 'content-type': 'application/json;charset=UTF-8' }).end(body);
    return;
  }
  const gone = new AbortController();
  response.once('close', () => gone.abort());
  const body = await readBody(request);
  if (body === undefined) return void response.writeHead(413).end();
  const call = readCall(request, body, gone.signal, scheme);
  const search = request.url!.includes('?') ? request.url!.slice(request.url!.indexOf('?')) : '';
  const served = await answerCall(call, search, world);
  if (!served) return;
  const { answer, effects } = served;
  try {
    await sendAnswer(response, call, answer, { gzip: world.settings.gzip, effects });
  } finally {
    answer.sent?.();
  }
}

function refuseEarly(request: IncomingMessage): { status: number; errorCode: string; message: string } | undefined {
  const uriBytes = Buffer.byteLength(request.url ?? '');
  const headerBytes = request.rawHeaders.reduce((sum, text) => sum + text.length + 2, 0);
  if (!isOurHost(request.headers.host)) {
    return { status: 421, errorCode: 'MISDIRECTED_REQUEST', message: 'This host is not served here' };
  }
  if (uriBytes > maxUriBytes) return { status: 414, errorCode: 'URI_TOO_LONG', message: 'The URI is too long' };
  if (uriBytes + headerBytes > maxUriBytes) {
    return { status: 431, errorCode: 'REQUEST_HEADER_FIELDS_TOO_LARGE', message: 'URI and headers are too long' };
  }
  return undefined;
}

function readCall(request: IncomingMessage, body: Buffer, signal: AbortSignal, scheme: string): Call {
  const [rawPath = '/', search = ''] = splitOnce(request.url ?? '/', '?');
  const query = new URLSearchParams(search);
  // Clients that cannot send PATCH name it in the query.
  const method = (request.method === 'POST' && query.get('_HttpMethod')) || request.method || 'GET';
  return {
    method: method.toUpperCase(),
    path: normalizePath(rawPath),
    query,
    headers: request.headers as Record<string, string | undefined>,
    body,
    params: {},
    version: '',
    session: undefined,
    origin: `${scheme}://${request.headers.host}`,
    forced: {},
    signal,
  };
}

function splitOnce(text: string, separator: string): [string, string] {
  const at = text.indexOf(separator);
  return at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at + 1)];
}

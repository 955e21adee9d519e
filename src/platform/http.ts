import type { Readable, Transform } from 'node:stream';
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib';
import type { Dispatcher } from 'undici';
import { goesThroughProxy, type ProxySettings } from './proxy.ts';

/**
 * One HTTP exchange without policy: no redirects, no retries, no credentials. Every wait has a limit (connect, headers,
 * silence inside the body) and one abort signal covers the call until the body ends.
 *
 * Built on the undici package, not the global fetch: Node 20's accepts a chunked body that was cut off as if it were whole.
 * A body that ends by closing the connection, or a gzip cut short at a block, is still the caller's to notice (counts).
 */
export interface Http {
  /** Resolves when the headers are in. Throws HttpFailure. The caller consumes or destroys `body`. */
  send(request: HttpRequest): Promise<HttpResponse>;
  close(): Promise<void>;
}

export interface HttpRequest {
  method: string;
  url: URL;
  headers: Record<string, string>;
  body?: string | Uint8Array | Readable | undefined;
  signal?: AbortSignal | undefined;
  /** From the first byte sent to the last header received. */
  headersTimeoutMs: number;
  /** Longest silence inside the body. */
  idleTimeoutMs: number;
  /** Many megabytes are expected: read them the cheaper way. Only without a body to send. */
  large?: boolean;
}

export interface HttpResponse {
  status: number;
  /** Lower-case names; repeated headers joined with `, `. */
  headers: Record<string, string>;
  /** Decompressed. Fails with HttpFailure when the body is cut, stalls or does not unpack. */
  body: Readable;
}

export type HttpFailureKind = 'dns' | 'connect' | 'tls' | 'timeout' | 'reset' | 'damaged' | 'aborted';

/** The exchange broke below HTTP. `sent` is false when the request certainly never left. */
export class HttpFailure extends Error {
  override readonly name = 'HttpFailure';
  readonly kind: HttpFailureKind;
  readonly sent: boolean;

  constructor(kind: HttpFailureKind, message: string, cause?: unknown) {
    super(message, { cause });
    this.kind = kind;
    this.sent = !['dns', 'connect', 'tls'].includes(kind);
  }
}

const connectTimeoutMs = 10_000;

/** Connections are kept alive between calls and never hold the process open. `proxy`: what goes through one. */
export function createHttp(proxy?: ProxySettings): Http {
  let loaded: Promise<Loaded> | undefined;
  const load = () => {
    // Half of `amp`'s commands never touch the network: undici costs 85 ms to load.
    loaded ??= loadUndici(proxy);
    return loaded;
  };
  return {
    async send(request) {
      const isProxied = proxy !== undefined && goesThroughProxy(request.url, proxy);
      if (request.large && !isProxied) return (await import('./http-download.ts')).download(request);
      const undici = await load();
      try {
        const answer = await undici.request(request.url, {
          method: request.method,
          headers: request.headers,
          body: request.body ?? null,
          ...(request.signal ? { signal: request.signal } : {}),
          headersTimeout: request.headersTimeoutMs,
          bodyTimeout: request.idleTimeoutMs,
          dispatcher: isProxied ? undici.tunnel! : undici.agent,
        });
        const headers = flatHeaders(answer.headers);
        return {
          status: answer.statusCode,
          headers,
          body: decompressed(answer.body, headers['content-encoding'], request.url),
        };
      } catch (error) {
        throw httpFailure(error, request.url);
      }
    },
    async close() {
      if (!loaded) return;
      const { agent, tunnel } = await loaded;
      await Promise.all([agent.destroy(), tunnel?.destroy()]);
    },
  };
}

interface Loaded {
  request: typeof import('undici').request;
  agent: Dispatcher;
  /** Through the proxy. */
  tunnel: Dispatcher | undefined;
}

async function loadUndici(proxy: ProxySettings | undefined): Promise<Loaded> {
  const module = await import('undici');
  // Bundled, this CommonJS package shows its exports under `default` only.
  const { Agent, ProxyAgent, request } = module.default ?? module;
  const limits = { connect: { timeout: connectTimeoutMs }, keepAliveTimeout: 10_000 };
  return { request, agent: new Agent(limits), tunnel: proxy && new ProxyAgent({ uri: proxy.url.href, ...limits }) };
}

/** Reads a whole body. Throws HttpFailure, also when it is larger than `limitBytes`. */
export function readBody(body: Readable, limitBytes = 256 * 1024 * 1024): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    // It may have failed before anybody read.
    if (body.errored) return reject(body.errored);
    const chunks: Buffer[] = [];
    let size = 0;
    body.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size > limitBytes) {
        body.destroy(new HttpFailure('damaged', `The answer is larger than ${limitBytes} bytes.`));
      } else chunks.push(chunk);
    });
    body.once('error', reject);
    body.once('close', () => {
      // Destroyed by somebody else, without a reason.
      if (!body.readableEnded) reject(new HttpFailure('aborted', 'The answer was not read to its end.'));
    });
    body.once('end', () => resolve(chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks, size)));
  });
}

export function flatHeaders(headers: Record<string, string | string[] | undefined>): Record<string, string> {
  const flat: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined) flat[name] = Array.isArray(value) ? value.join(', ') : value;
  }
  return flat;
}

const chunkSize = 64 * 1024;
const decoders: Record<string, () => Transform> = {
  gzip: () => createGunzip({ chunkSize }),
  'x-gzip': () => createGunzip({ chunkSize }),
  deflate: () => createInflate({ chunkSize }),
  br: () => createBrotliDecompress({ chunkSize }),
};

/** The body behind its decoder. */
function decompressed(source: Readable, encoding: string | undefined, url: URL): Readable {
  failAsHttp(source, url);
  const decoder = decoders[encoding?.trim().toLowerCase() ?? '']?.();
  return decoder ? unpack(source, decoder, url) : source;
}

/** `source` through a decoder; the two end together. */
export function unpack(source: Readable, decoder: Transform, url: URL): Readable {
  failAsHttp(decoder, url);
  source.once('error', (error) => decoder.destroy(error));
  decoder.once('close', () => source.destroy());
  return source.pipe(decoder);
}

/** Whoever reads the stream gets an HttpFailure; whoever does not is spared an unhandled error. */
export function failAsHttp(stream: Readable, url: URL): void {
  stream.on('error', () => {});
  const { destroy } = stream;
  stream.destroy = (error) => destroy.call(stream, error && httpFailure(error, url));
}

const kinds: Record<string, HttpFailureKind> = {
  ENOTFOUND: 'dns',
  EAI_AGAIN: 'dns',
  ECONNREFUSED: 'connect',
  EHOSTUNREACH: 'connect',
  ENETUNREACH: 'connect',
  EADDRNOTAVAIL: 'connect',
  UND_ERR_CONNECT_TIMEOUT: 'connect',
  UND_ERR_HEADERS_TIMEOUT: 'timeout',
  UND_ERR_BODY_TIMEOUT: 'timeout',
  ETIMEDOUT: 'timeout',
  UND_ERR_ABORTED: 'aborted',
  ABORT_ERR: 'aborted',
};

const sentences: Record<HttpFailureKind, string> = {
  dns: 'has no known address',
  connect: 'cannot be reached',
  tls: 'has a certificate this computer does not trust',
  timeout: 'did not answer in time',
  reset: 'closed the connection before the answer was whole',
  damaged: 'sent an answer that does not unpack',
  aborted: 'was not waited for',
};

/** What broke, in this module's words. */
export function httpFailure(error: unknown, url: URL): HttpFailure {
  if (error instanceof HttpFailure) return error;
  const code = String((error as { code?: unknown })?.code ?? '');
  const name = (error as Error)?.name;
  const kind =
    kinds[code] ??
    (name === 'AbortError' || name === 'TimeoutError'
      ? 'aborted'
      : /^(?:CERT_|ERR_TLS|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO_)/.test(code)
        ? 'tls'
        : /^Z_/.test(code)
          ? 'damaged'
          : 'reset');
  return new HttpFailure(kind, `${url.host} ${sentences[kind]}${code ? ` (${code})` : ''}.`, error);
}

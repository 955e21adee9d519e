import { type IncomingMessage, Agent as PlainAgent, request as requestPlain } from 'node:http';
import { request as requestSecure, Agent as SecureAgent } from 'node:https';
import type { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { failAsHttp, flatHeaders, type HttpRequest, type HttpResponse, httpFailure, unpack } from './http.ts';

const agents = { plain: new PlainAgent({ keepAlive: true }), secure: new SecureAgent({ keepAlive: true }) };

/**
 * Eight times Node's default chunk: half the time of unpacking a large body. Several chunks may wait for the reader, so that
 * zlib's thread unpacks the next ones while this one works.
 */
const unpacking = { chunkSize: 128 * 1024, highWaterMark: 512 * 1024 };

/**
 * `send` for large bodies, by node:http: it reads hundreds of megabytes at two thirds of undici's cost. Same limits, same
 * promise about cut bodies. A body nobody reads for a while (its consumer is busy) is not a silent one.
 */
export function download(request: HttpRequest): Promise<HttpResponse> {
  const { url } = request;
  const isSecure = url.protocol === 'https:';
  return new Promise((resolve, reject) => {
    const outgoing = (isSecure ? requestSecure : requestPlain)(url, {
      method: request.method,
      headers: request.headers,
      agent: isSecure ? agents.secure : agents.plain,
      ...(request.signal ? { signal: request.signal } : {}),
    });
    const late = setTimeout(() => outgoing.destroy(timedOut()), request.headersTimeoutMs);
    outgoing.once('error', (error) => {
      clearTimeout(late);
      reject(httpFailure(error, url));
    });
    outgoing.once('response', (response) => {
      clearTimeout(late);
      watchSilence(response, request.idleTimeoutMs);
      const headers = flatHeaders(response.headers);
      resolve({ status: response.statusCode ?? 0, headers, body: unpacked(response, headers['content-encoding']) });
    });
    outgoing.end();
  });

  function unpacked(response: IncomingMessage, encoding: string | undefined): Readable {
    failAsHttp(response, url);
    return /^(?:x-)?gzip$/i.test(encoding?.trim() ?? '') ? unpack(response, createGunzip(unpacking), url) : response;
  }
}

function watchSilence(response: IncomingMessage, idleTimeoutMs: number): void {
  response.setTimeout(idleTimeoutMs, () => {
    // Bytes that wait to be read: the silence is ours.
    if (response.readableLength === 0) response.destroy(timedOut());
  });
}

function timedOut(): Error {
  return Object.assign(new Error('The connection fell silent.'), { code: 'ETIMEDOUT' });
}

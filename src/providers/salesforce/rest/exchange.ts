import { Readable } from 'node:stream';
import { AmpError } from '../../../errors/amp-error.ts';
import type { SalesforceRequest } from './client.ts';

/** A request as it goes out, so that a replay sends the same bytes. */
export interface PreparedRequest {
  method: string;
  /** Starts with `/`, query included. */
  path: string;
  headers: Record<string, string>;
  /** Called for each attempt; undefined when the body can be sent only once. */
  body: () => string | Uint8Array | Readable | undefined;
  replayable: boolean;
  large: boolean;
  /** `GET /services/data/v66.0/query`: for messages, without the query string. */
  where: string;
}

/** Throws `salesforce-redirected` when an absolute address leaves the instance. */
export function prepareRequest(request: SalesforceRequest, instanceUrl: string, apiVersion: string): PreparedRequest {
  const method = request.method ?? 'GET';
  const base = `/services/data/v${apiVersion}/`;
  let path = request.path;
  if (/^[a-z][a-z0-9+.-]*:/i.test(path)) {
    const url = new URL(path);
    if (url.origin !== new URL(instanceUrl).origin) throw leavesOrigin(url.origin, instanceUrl);
    path = `${url.pathname}${url.search}`;
  }
  // Two slashes would start a host name.
  path = path.startsWith('/') ? path.replace(/^[/\\]+/, '/') : base + path;
  const query = Object.entries(request.query ?? {}).filter(([, value]) => value !== undefined);
  if (query.length > 0) {
    const text = query
      .map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(String(value))}`)
      .join('&');
    path += (path.includes('?') ? '&' : '?') + text;
  }
  const headers: Record<string, string> = {
    accept: 'application/json',
    'accept-encoding': request.gzip === false ? 'identity' : 'gzip',
    'sforce-call-options': 'client=amp',
    'user-agent': 'amp',
  };
  const { body } = request;
  let send: PreparedRequest['body'] = () => undefined;
  let replayable = true;
  if (typeof body === 'function') {
    send = body as () => Readable;
  } else if (body instanceof Readable) {
    send = () => body;
    replayable = false;
  } else if (typeof body === 'string' || body instanceof Uint8Array) {
    send = () => body;
  } else if (body !== undefined) {
    const text = JSON.stringify(body);
    headers['content-type'] = 'application/json; charset=UTF-8';
    send = () => text;
  }
  for (const [name, value] of Object.entries(request.headers ?? {})) headers[name.toLowerCase()] = value;
  return {
    method,
    path,
    headers,
    body: send,
    replayable,
    large: request.large === true,
    where: `${method} ${path.replace(/\?.*$/s, '')}`,
  };
}

export function leavesOrigin(target: string, instanceUrl: string): AmpError {
  return new AmpError({
    code: 'salesforce-redirected',
    message: `The org at ${instanceUrl} pointed to ${target}; no credential is sent there.`,
  });
}

/** A body that should be JSON. Throws `salesforce-answer-damaged`: login pages come with status 200. */
export function parseJsonAnswer(text: string, contentType: string | undefined, where: string): unknown {
  if (text === '') return undefined;
  try {
    return JSON.parse(text);
  } catch {
    // The parser's own words would quote the records.
    const what =
      /html/i.test(contentType ?? '') || /^\s*</.test(text) ? 'HTML instead of JSON' : 'JSON that ends too early';
    throw new AmpError({ code: 'salesforce-answer-damaged', message: `${where} answered ${what}.` });
  }
}

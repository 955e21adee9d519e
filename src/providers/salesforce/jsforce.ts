import { PassThrough, type Readable } from 'node:stream';
import type { Connection } from 'jsforce/lib/connection.js';
import { readBody } from '../../platform/http.ts';
import type { SalesforceClient, SalesforceRequest } from './rest/client.ts';

/**
 * jsforce over our own request layer, for what it does well: record calls, collections, composite, describe.
 * Fenced, because its own transport retries on its own terms, ignores Retry-After, refreshes for ever and keeps rotated
 * tokens to itself: here it has no token and no transport, only `client`. Errors are ours (`org-…`, `salesforce-…`).
 * Not for bulk2.query (breaks on the second page) and nothing that polls: those delete running jobs on a timeout.
 */
export async function openJsforce(client: SalesforceClient): Promise<Connection> {
  const [{ Connection }, { StreamPromise }] = (
    await Promise.all([import('jsforce/lib/connection.js'), import('jsforce/lib/util/promise.js')])
  ).map(exportsOf) as [typeof import('jsforce/lib/connection.js'), typeof import('jsforce/lib/util/promise.js')];
  const connection = new Connection({ instanceUrl: client.instanceUrl, version: client.apiVersion });
  const transport = {
    httpRequest: (request: JsforceRequest) =>
      StreamPromise.create(() => ({ promise: send(client, request), stream: new PassThrough() })),
  };
  return Object.assign(connection, { _transport: transport });
}

interface JsforceRequest {
  method: string;
  url: string;
  headers?: Record<string, string>;
  body?: string | Buffer | Readable;
}

async function send(client: SalesforceClient, request: JsforceRequest) {
  const { 'content-length': _length, Authorization: _none, ...headers } = request.headers ?? {};
  const answer = await client.stream({
    method: request.method.toUpperCase() as NonNullable<SalesforceRequest['method']>,
    path: request.url,
    headers,
    body: request.body,
    // jsforce tells several matches of an external id from the body.
    accept: [300, 304],
  });
  const body = (await readBody(answer.body)).toString('utf8');
  return { statusCode: answer.status, headers: answer.headers, body };
}

/** CommonJS: named exports are visible under `default` once bundled, beside it otherwise. */
const exportsOf = (module: object) =>
  'default' in module && typeof module.default === 'object' ? module.default : module;

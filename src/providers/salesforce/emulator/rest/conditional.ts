import { createHash } from 'node:crypto';
import { SalesforceFault } from '../org.ts';
import type { Answer, Call } from '../server/call.ts';

/** What a resource says about its age. ETags exist on Account rows only. */
export interface Validators {
  modifiedAt: number;
  etag?: string;
}

export function hasConditions(call: Call): boolean {
  return ['if-modified-since', 'if-unmodified-since', 'if-match', 'if-none-match'].some((name) => call.headers[name]);
}

/**
 * Conditional requests in whole seconds: 304 for reads, 412 for writes. Throws 412 or, for a malformed date on a write, 400;
 * returns the 304 when the reader has the resource already.
 */
export function checkConditions(call: Call, { modifiedAt, etag }: Validators): Answer | undefined {
  const reading = call.method === 'GET' || call.method === 'HEAD';
  const seconds = Math.floor(modifiedAt / 1000);
  const since = dateHeader(call, 'if-modified-since', reading);
  const unmodified = dateHeader(call, 'if-unmodified-since', reading);
  const match = call.headers['if-match'];
  const noneMatch = call.headers['if-none-match'];
  if (etag !== undefined && match !== undefined && !namesTag(match, etag)) throw preconditionFailed();
  if (etag !== undefined && noneMatch !== undefined && namesTag(noneMatch, etag)) {
    if (!reading) throw preconditionFailed();
    return { status: 304, headers: validatorHeaders({ modifiedAt, etag }) };
  }
  if (unmodified !== undefined && seconds > Math.floor(unmodified / 1000)) throw preconditionFailed();
  if (since !== undefined && seconds <= Math.floor(since / 1000)) {
    if (!reading) throw preconditionFailed();
    return { status: 304, headers: validatorHeaders(etag === undefined ? { modifiedAt } : { modifiedAt, etag }) };
  }
  return undefined;
}

export function validatorHeaders({ modifiedAt, etag }: Validators): Record<string, string> {
  return {
    'last-modified': new Date(modifiedAt).toUTCString(),
    ...(etag === undefined ? {} : { etag: `"${etag}"` }),
  };
}

export function rowTag(id: string, stamp: string): string {
  return createHash('sha1').update(`${id} ${stamp}`).digest('base64');
}

function namesTag(header: string, etag: string): boolean {
  return header.split(',').some((tag) => {
    const bare = tag
      .trim()
      .replace(/^W\//, '')
      .replace(/^"|"$/g, '')
      .replace(/-{1,2}gzip$/, '');
    return bare === '*' || bare === etag;
  });
}

function dateHeader(call: Call, name: string, reading: boolean): number | undefined {
  const text = call.headers[name];
  if (text === undefined) return undefined;
  const at = Date.parse(text);
  if (!Number.isNaN(at)) return at;
  if (reading) return undefined;
  throw new SalesforceFault(400, 'INVALID_HEADER', `Invalid date in header ${name}`);
}

const preconditionFailed = () =>
  new SalesforceFault(412, 'PRECONDITION_FAILED', 'The request precondition has not been met');

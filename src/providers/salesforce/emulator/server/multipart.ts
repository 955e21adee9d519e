import { SalesforceFault } from '../org.ts';
import type { Call } from './call.ts';

export interface Part {
  name: string;
  contentType: string;
  body: Buffer;
}

const boundaryOf = (call: Call) =>
  /^multipart\/form-data;.*boundary="?([^";]+)"?/i.exec(call.headers['content-type'] ?? '')?.[1];

export const isMultipart = (call: Call): boolean => boundaryOf(call) !== undefined;

/** The parts of a `multipart/form-data` body (RFC 7578). Throws INVALID_MULTIPART_REQUEST. */
export function readMultipart(call: Call): Part[] {
  const delimiter = Buffer.from(`--${boundaryOf(call)}`);
  const parts: Part[] = [];
  let start = call.body.indexOf(delimiter);
  while (start >= 0) {
    const end = call.body.indexOf(delimiter, start + delimiter.length);
    if (end < 0) break;
    parts.push(readPart(call.body.subarray(start + delimiter.length, end)));
    start = end;
  }
  if (parts.length === 0)
    throw new SalesforceFault(400, 'INVALID_MULTIPART_REQUEST', 'The multipart body has no parts');
  return parts;
}

function readPart(bytes: Buffer): Part {
  const blank = bytes.indexOf('\r\n\r\n');
  const head = bytes.subarray(0, Math.max(0, blank)).toString('utf8');
  const name = /name="([^"]*)"/i.exec(head)?.[1];
  if (blank < 0 || name === undefined) {
    throw new SalesforceFault(400, 'INVALID_MULTIPART_REQUEST', 'A part of the multipart body has no name');
  }
  const contentType = /^content-type:\s*(.+)$/im.exec(head)?.[1]?.trim() ?? 'text/plain';
  // The line break before the next delimiter belongs to the delimiter.
  return { name, contentType, body: bytes.subarray(blank + 4, bytes.length - 2) };
}

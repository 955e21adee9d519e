import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { AmpError } from '../errors/amp-error.ts';

/**
 * Who may speak to the API over TCP. A page in a browser on this computer can reach a loopback port, and with DNS rebinding
 * under a name of its own: so the Host must be ours, whatever a browser adds (Origin, Sec-Fetch-Site) is refused, and each
 * request carries the key. On the Unix socket the file's mode has answered these questions.
 */
export interface Gate {
  /** Accepted Host headers, exactly; undefined on the socket. */
  hosts: readonly string[] | undefined;
  /** Undefined on the socket. */
  key: string | undefined;
}

export interface RequestHead {
  headers: IncomingHttpHeaders;
  /** Names and values in turn, as they came. */
  rawHeaders: readonly string[];
}

/** Throws `api-host-refused`, `api-origin-refused`. */
export function checkSender({ hosts }: Gate, { headers, rawHeaders }: RequestHead): void {
  if (hosts && !isOurs(hosts, rawHeaders)) {
    throw new AmpError({
      code: 'api-host-refused',
      message: 'The Host header is not an address this runtime listens on.',
    });
  }
  const site = headers['sec-fetch-site'];
  if (headers.origin !== undefined || (site !== undefined && site !== 'none')) {
    throw new AmpError({ code: 'api-origin-refused', message: 'Requests of web pages are not answered.' });
  }
}

/** Throws `api-key-missing`, `api-key-wrong`. */
export function checkKey({ key }: Gate, { headers }: RequestHead): void {
  if (key === undefined) return;
  const given = keyOf(headers);
  if (given === undefined) throw new AmpError({ code: 'api-key-missing', message: 'The request carries no key.' });
  if (!timingSafeEqual(digest(given), digest(key))) {
    throw new AmpError({ code: 'api-key-wrong', message: 'The key of the request is not the one of this runtime.' });
  }
}

/** One Host header and no other: of two, Node would show the first. */
function isOurs(hosts: readonly string[], rawHeaders: readonly string[]): boolean {
  const given = rawHeaders.filter((_, index) => index % 2 === 1 && rawHeaders[index - 1]!.toLowerCase() === 'host');
  return given.length === 1 && hosts.includes(given[0]!.toLowerCase());
}

function keyOf({ 'x-api-key': plain, authorization }: IncomingHttpHeaders): string | undefined {
  if (typeof plain === 'string') return plain;
  return /^Bearer +(\S+) *$/i.exec(authorization ?? '')?.[1];
}

/** Equal lengths for the comparison, whatever was sent. */
function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}

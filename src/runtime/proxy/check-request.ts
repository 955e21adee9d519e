import { AmpError } from '../../errors/amp-error.ts';

/** Headers that are ours or the connection's: a caller cannot set them. */
const ownHeaders = new Set([
  'authorization',
  'proxy-authorization',
  'cookie',
  'host',
  'connection',
  'content-length',
  'keep-alive',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);

/**
 * A path as it may go to the org: relative to the instance (`/services/…`) or to the data API (`sobjects/…`). Throws
 * `proxy-path-refused` for whatever could lead elsewhere: another host, a parent folder, in any encoding.
 */
export function checkProxyPath(path: string): string {
  const refuse = (why: string) =>
    new AmpError({
      code: 'proxy-path-refused',
      message: `The path ${JSON.stringify(path)} ${why}.`,
      hint: 'Give a path of the org, such as /services/apexrest/orders or sobjects/Account/describe.',
    });
  const bare = path.split(/[?#]/)[0]!;
  if (/^[a-z][a-z0-9+.-]*:/i.test(path) || /^[/\\]{2}/.test(path)) throw refuse('names a host');
  if (/[\u0000-\u001f\u007f\\]/.test(path)) throw refuse('has a backslash or a control character');
  let decoded = bare;
  for (let round = 0; round < 3; round++) {
    if (decoded.split('/').some((segment) => segment === '..' || segment === '.'))
      throw refuse('leads out of its folder');
    if (/[\\]|^\/\//.test(decoded)) throw refuse('names a host');
    try {
      const next = decodeURIComponent(decoded);
      if (next === decoded) break;
      decoded = next;
    } catch {
      throw refuse('is not properly percent-encoded');
    }
  }
  return path;
}

/** The caller's headers without those that are ours; `dropped` names what was left out. */
export function checkProxyHeaders(headers: Readonly<Record<string, string>>): {
  headers: Record<string, string>;
  dropped: string[];
} {
  const kept: Record<string, string> = {};
  const dropped: string[] = [];
  for (const [name, value] of Object.entries(headers)) {
    const lower = name.toLowerCase();
    if (!/^[!#$%&'*+.^_`|~0-9a-z-]+$/.test(lower) || /[\r\n\0]/.test(value)) {
      throw new AmpError({
        code: 'proxy-header-refused',
        message: `${JSON.stringify(name)} is no header that can be sent.`,
      });
    }
    if (ownHeaders.has(lower)) dropped.push(name);
    else kept[lower] = value;
  }
  return { headers: kept, dropped };
}

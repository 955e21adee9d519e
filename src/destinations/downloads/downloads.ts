import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { join } from 'node:path';
import { createFileOnce } from '../../platform/files.ts';
import type { State } from '../../store/state.ts';

/**
 * Records too large for a message are offered at an address nobody can guess or stretch: a 128-bit id, when it expires (15
 * minutes), and an HMAC over both and the method. Unknown ids are 404, changed ones 403, expired ones 410.
 */
export interface Downloads {
  /** The address under `baseUrl`, the one given before while most of its life is left. Saved, so retries repeat it. */
  offer(id: string, baseUrl: string): string;
  /** Answers any request: also those that are not for us. */
  answer(request: IncomingMessage, response: ServerResponse): void;
  /** Ids that were offered by this process, are good, and have not been fetched. */
  unfetched(): string[];
  /** The JSON list that `result` would have held. */
  content(id: string): Uint8Array | undefined;
}

const lifetimeS = 900;
/** A retry within the first minute repeats the address, so that quick retries have identical bytes. */
const reuseS = 840;

/** `now` in epoch milliseconds. The signing key is in the state folder, mode 0600: addresses survive a restart. */
export function createDownloads(state: State, now: () => number): Downloads {
  const key = state.dir === ':memory:' ? randomBytes(32) : loadKey(join(state.dir, 'download.key'));
  const open = new Map<string, number>();
  const sign = (id: string, expiresS: number) =>
    createHmac('sha256', key).update(`${id}\n${expiresS}\nGET`).digest('base64url');
  const load = (id: string) =>
    state.db
      .prepare('SELECT content, url, expires_at FROM downloads WHERE id = ?')
      .get<{ content: Uint8Array; url: string | null; expires_at: number | null }>(id);

  return {
    offer(id, baseUrl) {
      const nowS = Math.floor(now() / 1000);
      const stored = load(id);
      let url = stored?.url;
      let expiresS = stored?.expires_at ?? 0;
      if (!url?.startsWith(`${baseUrl}/`) || expiresS - nowS < reuseS) {
        expiresS = nowS + lifetimeS;
        url = `${baseUrl}/downloads/${id}?expires=${expiresS}&signature=${sign(id, expiresS)}`;
        state.db.prepare('UPDATE downloads SET url = ?, expires_at = ? WHERE id = ?').run(url, expiresS, id);
      }
      open.set(id, expiresS);
      return url;
    },
    answer(request, response) {
      const refuse = (status: number) => response.writeHead(status, { 'x-content-type-options': 'nosniff' }).end();
      const url = new URL(request.url ?? '/', 'http://localhost');
      const id = /^\/downloads\/([0-9A-Za-z]{22})$/.exec(url.pathname)?.[1];
      const stored = id && load(id);
      if (!stored) return void refuse(404);
      if (request.method !== 'GET' && request.method !== 'HEAD') {
        return void response.writeHead(405, { allow: 'GET, HEAD' }).end();
      }
      const expires = url.searchParams.get('expires') ?? '';
      const given = Buffer.from(url.searchParams.get('signature') ?? '');
      const expected = Buffer.from(sign(id, Number(expires)));
      if (!/^\d{10}$/.test(expires) || given.length !== expected.length || !timingSafeEqual(given, expected)) {
        return void refuse(403);
      }
      if (now() / 1000 > Number(expires)) return void refuse(410);
      response.writeHead(200, {
        'content-type': 'application/json',
        'content-length': stored.content.byteLength,
        'content-disposition': `attachment; filename="${id}.json"`,
        'x-content-type-options': 'nosniff',
        'cache-control': 'no-store',
      });
      if (request.method === 'HEAD') return void response.end();
      response.end(stored.content, () => open.delete(id));
    },
    unfetched: () => [...open].filter(([, expiresS]) => expiresS > now() / 1000).map(([id]) => id),
    content: (id) => load(id)?.content,
  };
}

/** Reads the key, or makes it. */
function loadKey(path: string): Buffer {
  const read = () => {
    try {
      return readFileSync(path);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
      throw error;
    }
  };
  const existing = read();
  if (existing) return existing;
  createFileOnce(path, randomBytes(32));
  return read()!;
}

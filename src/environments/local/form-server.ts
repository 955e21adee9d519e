import { randomBytes } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { type LoopbackServer, listenOnLoopback, namesLoopback, sameText } from '../../platform/loopback.ts';

/** What a submitted form comes to: the page again, or a result that ends the waiting. */
export type Submission<Result> = { kind: 'again'; page: string } | { kind: 'done'; result: Result };

export interface FormPages<Result> {
  /** The form as it is shown first. */
  first: string;
  submit(fields: URLSearchParams): Promise<Submission<Result>>;
  outcome(kind: 'saved' | 'failed' | 'busy' | 'used' | 'not-here'): string;
  /** `'sha256-…'` of the pages' one style. */
  styleHash: string;
}

export interface FormServer<Result> {
  /** The address with the token: for one browser, good for one saved form. */
  url: string;
  /** The result of the submission that was taken; rejects with what `submit` throws. */
  result: Promise<Result>;
  /** Gives the waiting browser its last page; the port is free within a second. */
  close(): Promise<void>;
}

const cookieName = 'amp_form';
const maxBodyBytes = 256 * 1024;
const lingerMs = 1_000;

/**
 * One form for one person on this computer. The rules are those of the sign-in callback: both loopback addresses or none, one
 * exact `Host`, a token of 256 bits in the path compared in constant time, nothing reflected unescaped, no script, no asset.
 * Other users of the computer may read the address off the browser's command line, so it opens the form once: whoever comes
 * first gets a cookie of that path, and everything after needs it. What changes something also comes from our own page: the
 * form's `Origin` is ours and its content type that of a form.
 *
 *   open → GET /<token>: the form and the cookie → GET and POST with it → again: 422 and the form | done: 303 to /done → closed
 *
 * A browser sends `Origin: null` under `no-referrer`, so the form's policy is `same-origin`. Throws `PortTaken`.
 */
export async function startFormServer<Result>(port: number, pages: FormPages<Result>): Promise<FormServer<Result>> {
  const token = randomBytes(32).toString('base64url');
  const visitor = randomBytes(32).toString('base64url');
  let visited = false;
  let page = pages.first;
  let state: 'open' | 'busy' | 'done' | 'failed' = 'open';
  let settle!: { resolve(result: Result): void; reject(error: unknown): void };
  const result = new Promise<Result>((resolve, reject) => {
    settle = { resolve, reject };
  });
  // Whoever closes without looking at the result has given up on it.
  result.catch(() => {});
  let lastPageSeen!: () => void;
  const seen = new Promise<void>((resolve) => {
    lastPageSeen = resolve;
  });
  let server: LoopbackServer;

  const headers = {
    'content-type': 'text/html; charset=utf-8',
    'cache-control': 'no-store',
    'referrer-policy': 'same-origin',
    'content-security-policy': `default-src 'none'; style-src ${pages.styleHash}; form-action 'self'; base-uri 'none'; frame-ancestors 'none'`,
    'x-content-type-options': 'nosniff',
    connection: 'close',
  };
  const send = (response: ServerResponse, status: number, body: string, more: Record<string, string> = {}) => {
    response.writeHead(status, { ...headers, ...more });
    response.end(body);
  };
  const refuse = (response: ServerResponse, status: number, more: Record<string, string> = {}) =>
    send(response, status, pages.outcome('not-here'), more);

  const answer = async (request: IncomingMessage, response: ServerResponse) => {
    if (!namesLoopback(request, server.port)) return refuse(response, 421);
    const { pathname } = new URL(request.url ?? '/', 'http://localhost');
    if (pathname === '/done' && request.method === 'GET' && state === 'done') {
      response.once('finish', lastPageSeen);
      return send(response, 200, pages.outcome('saved'));
    }
    if (!sameText(pathname, `/${token}`) || state === 'done' || state === 'failed') return refuse(response, 404);
    if (request.method === 'GET') {
      if (request.headers.origin !== undefined) return refuse(response, 403);
      if (visited && !isVisitor(request, visitor)) return send(response, 409, pages.outcome('used'));
      visited = true;
      const cookie = `${cookieName}=${visitor}; Path=/${token}; HttpOnly; SameSite=Strict`;
      return send(response, 200, page, { 'set-cookie': cookie });
    }
    if (request.method !== 'POST') return refuse(response, 405, { allow: 'GET, POST' });
    if (!isVisitor(request, visitor)) return refuse(response, 403);
    const site = request.headers['sec-fetch-site'] ?? 'same-origin';
    if (request.headers.origin !== `http://${request.headers.host}` || site !== 'same-origin')
      return refuse(response, 403);
    if (request.headers['content-type']?.split(';')[0] !== 'application/x-www-form-urlencoded')
      return refuse(response, 415);
    if (state === 'busy') return send(response, 409, pages.outcome('busy'));
    if (!(Number(request.headers['content-length']) <= maxBodyBytes)) return refuse(response, 413);
    state = 'busy';
    const body = await readBody(request).catch(() => undefined);
    if (body === undefined) {
      // The browser went away in the middle of it.
      state = 'open';
      response.destroy();
      return;
    }
    try {
      const submission = await pages.submit(new URLSearchParams(body));
      if (submission.kind === 'again') {
        page = submission.page;
        state = 'open';
        return send(response, 422, page);
      }
      state = 'done';
      send(response, 303, '', { location: '/done' });
      settle.resolve(submission.result);
    } catch (error) {
      state = 'failed';
      response.once('finish', lastPageSeen);
      send(response, 500, pages.outcome('failed'));
      settle.reject(error);
    }
  };

  server = await listenOnLoopback(port, (request, response) => {
    request.on('error', () => response.destroy());
    answer(request, response)
      .catch((error: unknown) => {
        response.destroy();
        settle.reject(error);
      })
      .finally(() => request.resume());
  });
  return {
    url: `http://localhost:${server.port}/${token}`,
    result,
    async close() {
      let timer: NodeJS.Timeout | undefined;
      const late = new Promise<void>((resolve) => {
        timer = setTimeout(resolve, state === 'done' || state === 'failed' ? lingerMs : 0);
      });
      await Promise.race([seen, late]);
      clearTimeout(timer);
      await server.close();
    },
  };
}

function isVisitor({ headers }: IncomingMessage, visitor: string): boolean {
  const given = (headers.cookie ?? '').split('; ').find((pair) => pair.startsWith(`${cookieName}=`));
  return sameText(given?.slice(cookieName.length + 1) ?? '', visitor);
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks).toString('utf8');
}

import type { IncomingMessage, ServerResponse } from 'node:http';
import { AmpError } from '../../../errors/amp-error.ts';
import { listenOnLoopback, namesLoopback, PortTaken, sameText } from '../../../platform/loopback.ts';
import { callbackPath } from './authorize.ts';
import { type Page, renderPage } from './callback-page.ts';

/** What the sign-in page sent back with the right `state`. */
export type Callback = { kind: 'code'; code: string } | { kind: 'refused'; error: string; description: string };

export interface CallbackListener {
  /** Resolves with the one callback that counts. */
  readonly callback: Promise<Callback>;
  /** Says how it ended: the waiting browser gets its page, and the port is free within a second. */
  finish(page: 'signed-in' | 'denied' | 'failed'): Promise<void>;
}

const donePath = `${callbackPath}/done`;
const lingerMs = 1_000;
const headers = {
  'content-type': 'text/html; charset=utf-8',
  'cache-control': 'no-store',
  'referrer-policy': 'no-referrer',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
  connection: 'close',
};

/**
 * Waits on both loopback addresses for the browser to come back. `state` is looked at before anything else; whatever does not
 * carry it (strays, scanners, forged errors) is turned away and the wait goes on. The first right one counts, once.
 *
 *   waiting → (right state) → accepted: 303 to a clean address, so that the code leaves the address bar → finish → closed
 *
 * Throws `org-sign-in-port`.
 */
export async function startCallbackListener(port: number, state: string): Promise<CallbackListener> {
  let accept!: (callback: Callback) => void;
  const callback = new Promise<Callback>((resolve) => {
    accept = resolve;
  });
  let accepted = false;
  let outcome: Page | undefined;
  const waiting = new Set<ServerResponse>();
  let pageSeen!: () => void;
  const seen = new Promise<void>((resolve) => {
    pageSeen = resolve;
  });

  const sendOutcome = (response: ServerResponse) => {
    if (outcome) {
      response.once('finish', pageSeen);
      return send(response, 200, outcome);
    }
    waiting.add(response);
    response.once('close', () => waiting.delete(response));
  };

  const answer = (request: IncomingMessage, response: ServerResponse) => {
    request.resume();
    if (!namesLoopback(request, port)) return send(response, 421, 'not-here');
    if (request.method !== 'GET') return send(response, 405, 'not-here', { allow: 'GET' });
    const url = new URL(request.url ?? '/', 'http://localhost');
    if (url.pathname === donePath && accepted) return sendOutcome(response);
    if (url.pathname !== callbackPath) return send(response, 404, 'not-here');
    const parameters = url.searchParams;
    if (!sameText(parameters.get('state') ?? '', state)) return send(response, 400, 'wrong-state');
    if (accepted) return send(response, 409, 'used');
    const parsed = parseCallback(parameters);
    if (!parsed) return send(response, 400, 'not-here');
    accepted = true;
    send(response, 303, 'failed', { location: donePath });
    accept(parsed);
  };

  const server = await listenOnLoopback(port, answer).catch((error: unknown) => {
    if (!(error instanceof PortTaken)) throw error;
    throw new AmpError({
      code: 'org-sign-in-port',
      message: `The callback cannot come back: ${error.message}`,
      cause: error,
    });
  });
  return {
    callback,
    async finish(page) {
      outcome = page;
      for (const response of waiting) sendOutcome(response);
      let timer: NodeJS.Timeout | undefined;
      const late = new Promise<void>((resolve) => {
        timer = setTimeout(resolve, accepted ? lingerMs : 0);
      });
      await Promise.race([seen, late]);
      clearTimeout(timer);
      await server.close();
    },
  };
}

/** The parameters of a callback whose state is right. Undefined: neither code nor error. */
export function parseCallback(parameters: URLSearchParams): Callback | undefined {
  const error = parameters.get('error');
  if (error) {
    const description = (parameters.get('error_description') ?? '').slice(0, 300);
    return { kind: 'refused', error: error.slice(0, 100), description };
  }
  const code = parameters.get('code');
  return code ? { kind: 'code', code } : undefined;
}

function send(response: ServerResponse, status: number, page: Page, more: Record<string, string> = {}): void {
  response.writeHead(status, { ...headers, ...more });
  response.end(renderPage(page));
}

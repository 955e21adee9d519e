import { setImmediate as immediately } from 'node:timers/promises';
import { readBody } from '../../../platform/http.ts';
import type { SalesforceClient } from '../rest/client.ts';
import type { CometdTransport } from './cometd-source.ts';

/** Bayeux over the org's authenticated client. The endpoint ties a session to its cookies, so they travel back. */
export function createCometdTransport(client: SalesforceClient): CometdTransport {
  const cookies = new Map<string, string>();
  let cookie = '';
  return {
    async post(body, { timeoutMs, signal }): Promise<string> {
      const answer = await client.stream({
        method: 'POST',
        path: `/cometd/${client.apiVersion}`,
        headers: { 'content-type': 'application/json', accept: 'application/json', ...(cookie ? { cookie } : {}) },
        body,
        signal,
        timeoutMs,
        longPoll: true,
        // The state machine above decides what a lost answer means; a blind repeat could skip events.
        retry: 'never',
      });
      const fresh = answer.headers['set-cookie'];
      if (fresh !== undefined) {
        keepCookies(cookies, fresh);
        cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ');
      }
      const bytes = await readBody(answer.body);
      // The connection is free again only after this turn: the next connect then leaves before its caller works on this answer,
      // and the org makes the next one meanwhile.
      await immediately();
      return bytes.toString('utf8');
    },
    renewSession: () => client.renewSession(),
  };
}

function keepCookies(cookies: Map<string, string>, header: string): void {
  // Several cookies arrive joined by ", "; a comma inside an Expires date is followed by a space and a digit.
  for (const cookie of header.split(/,\s*(?=[^;,=\s]+=)/)) {
    const [pair = ''] = cookie.split(';');
    const equals = pair.indexOf('=');
    if (equals > 0) cookies.set(pair.slice(0, equals).trim(), pair.slice(equals + 1).trim());
  }
}

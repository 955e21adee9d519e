import { tokenOf } from '../oauth/sessions.ts';
import { type Answer, type Call, jsonBody, objectList } from '../server/call.ts';
import { open, type Route } from '../server/router.ts';
import type { World } from '../world.ts';
import type { BayeuxMessage } from './bayeux-messages.ts';

const maxBytes = 32_768;
const oldestVersion = 37;

/** `POST /cometd/{version}`, with or without `/handshake` and the like behind it: an array of messages, or one. */
async function exchange(call: Call, world: World): Promise<Answer> {
  const version = call.params.path?.split('/')[0] ?? '';
  if (!/^\d+\.0$/.test(version) || Number(version) < oldestVersion) {
    const error = "400::API version in the URI is mandatory. URI format: '/cometd/66.0'";
    return { status: 400, json: [{ error, successful: false, advice: { reconnect: 'none' } }] };
  }
  if (call.body.length > maxBytes) {
    return { status: 413, headers: { 'content-type': 'text/plain' }, bytes: 'Maximum Request Size Exceeded' };
  }
  const body = jsonBody<unknown>(call);
  const token = tokenOf(call.headers);
  const { replies, cookie } = await world.bayeux.handle(
    objectList<BayeuxMessage>(Array.isArray(body) ? body : [body], 'The request'),
    {
      userId: () => world.sessions.use(token)?.userId,
      cookie: /(?:^|;\s*)BAYEUX_BROWSER=([^;]+)/.exec(call.headers.cookie ?? '')?.[1],
      signal: call.signal,
      forced: call.forced.bayeux,
    },
  );
  const headers = cookie === undefined ? {} : { 'set-cookie': `BAYEUX_BROWSER=${cookie}; Path=/cometd/; HttpOnly` };
  return { status: 200, headers, json: replies };
}

export const cometdRoutes: Route[] = [open('POST', '/cometd/*path', exchange), open('POST', '/cometd', exchange)];

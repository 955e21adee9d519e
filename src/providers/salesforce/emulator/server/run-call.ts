import { type Session, tokenOf } from '../oauth/sessions.ts';
import { SalesforceFault } from '../org.ts';
import type { World } from '../world.ts';
import type { Answer, Call } from './call.ts';
import { answerError } from './render.ts';

/** Finds the route of a call, checks its session, runs it. Refusals become answers; only our own bugs throw. */
export async function runCall(call: Call, world: World): Promise<Answer> {
  try {
    const { route, params } = world.router.find(call.method, call.path);
    Object.assign(call, { params, version: params.version ?? '' });
    if (route.access !== 'open') {
      call.session = requireSession(call, world);
      world.usage.count();
    }
    return await route.handle(call, world);
  } catch (error) {
    return answerError(error);
  }
}

/** The same for a part of a composite request: at once, with the session of the whole. */
export function runPart(call: Call, world: World): Answer {
  try {
    const { route, params } = world.router.find(call.method, call.path);
    if (route.access !== 'part') {
      throw new SalesforceFault(400, 'INVALID_INPUT', `${call.path} is not supported in a composite request`);
    }
    Object.assign(call, { params, version: params.version ?? '' });
    return route.handle(call, world) as Answer;
  } catch (error) {
    return answerError(error);
  }
}

/** Throws INVALID_SESSION_ID. */
export function requireSession(call: Call, world: World): Session {
  const session = world.sessions.use(tokenOf(call.headers));
  if (!session) throw new SalesforceFault(401, 'INVALID_SESSION_ID', 'Session expired or invalid');
  return session;
}

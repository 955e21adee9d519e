import { applyAction } from '../faults/actions.ts';
import type { Effect } from '../faults/fault.ts';
import { tokenOf } from '../oauth/sessions.ts';
import type { World } from '../world.ts';
import type { Answer, Call } from './call.ts';
import { runCall } from './run-call.ts';

/** An answer with all its headers, and the faults that still have to happen to it on its way out. */
export interface Served {
  answer: Answer;
  effects: Effect[];
}

/**
 * One call from the wire through faults, route and common headers. `search` is the query string as it came. Undefined: a
 * fault wants that nothing ever comes back.
 */
export async function answerCall(call: Call, search: string, world: World): Promise<Served | undefined> {
  const admin = call.path.startsWith('/__emulator');
  const clientId = world.sessions.peek(tokenOf(call.headers))?.clientId;
  const url = `${call.path}${search}`;
  const effects = admin ? [] : world.faults.meet({ method: call.method, url, clientId });
  const early = await meetEffects(effects, call, world);
  if (early === 'hang') return undefined;
  const answer = early ?? (await runCall(call, world));
  const slow = effects.find((effect) => effect.kind === 'slow-answer');
  if (slow) await world.pause(slow.ms, call.signal);
  answer.headers = { ...commonHeaders(call, answer, world), ...answer.headers };
  return { answer, effects };
}

/** What happens before the org sees the call. An answer or `hang` means it never does. */
async function meetEffects(effects: Effect[], call: Call, world: World): Promise<Answer | 'hang' | undefined> {
  if (world.isFormerInstance(call.origin) && call.path.startsWith('/services/data')) {
    return {
      status: 420,
      headers: { 'content-type': 'text/html' },
      bytes: '<html><body>No route for this host</body></html>',
    };
  }
  for (const effect of effects) {
    if (effect.kind === 'delay') await world.pause(effect.ms, call.signal);
    else if (effect.kind === 'hang') return 'hang';
    else if (effect.kind === 'act') await applyAction(effect.action, call, world);
    else if (effect.kind === 'fail-jobs') world.bulk.failAll(effect.message);
    else if (effect.kind === 'page') call.forced.pageRows = effect.rows;
    else if (effect.kind === 'bayeux') call.forced.bayeux = effect;
    else if (effect.kind === 'row-error')
      call.forced.rowError = { statusCode: effect.statusCode, message: effect.message };
    else if (effect.kind === 'answer') {
      const type = effect.contentType === undefined ? {} : { 'content-type': effect.contentType };
      return { status: effect.status, headers: { ...type, ...effect.headers }, bytes: effect.body ?? '' };
    }
  }
  return undefined;
}

/** The bare versions list costs nothing and carries no usage. */
function commonHeaders(call: Call, answer: Answer, world: World): Record<string, string> {
  const headers: Record<string, string> = { date: new Date(world.org.clock.now()).toUTCString() };
  if (call.session || /^\/services\/(data|async|apexrest)\/v?\d/.test(call.path)) {
    headers['sforce-limit-info'] = world.usage.header();
  }
  if (answer.headers?.['cache-control'] === undefined)
    headers['cache-control'] = 'no-cache,must-revalidate,max-age=0,no-store,private';
  return headers;
}

import { type Call, formFields } from '../server/call.ts';
import type { World } from '../world.ts';
import type { Action } from './fault.ts';

/** Does to the org what an `act` fault says, just before the call that met it is handled. */
export async function applyAction(action: Action, call: Call, world: World): Promise<void> {
  switch (action) {
    case 'expire-sessions':
      world.sessions.end(() => true);
      return world.bayeux.recheck();
    case 'expire-locators':
      return world.locators.expireAll();
    case 'expire-jobs':
      return world.bulk.expireAll();
    case 'revoke-grants':
      world.grants.revokeAll(() => true);
      world.sessions.end(() => true);
      return;
    case 'rotate-refresh-token':
      return world.grants.useElsewhere(formFields(call).get('refresh_token'));
    case 'forget-event-clients':
      return world.bayeux.forgetClients();
    case 'move-instance':
      await world.moveInstance();
  }
}

import type { InstallationRecord, InstallationStore } from '../installations/installation.ts';
import type { Notifier } from '../notifications/notifier.ts';
import { connectionSet } from '../notifications/payload.ts';
import type { OrgRecord } from '../orgs/org.ts';
import type { Clock } from '../platform/clock.ts';
import type { Database } from '../store/database.ts';
import { missingChoiceOf } from './installations/action-needed.ts';

/** What a project does about the sign-ins its installations run on. */
export interface ConnectionWorld {
  db: Database;
  installations: InstallationStore;
  notifier: Notifier;
  projectId: string;
  clock: Clock;
}

/**
 * The org takes our sign-in no more: its installations stop reading and say why, and the project is told once. Others go on.
 * Cursors stay where they are, so that nothing is lost once somebody has signed in again.
 */
export function connectionLost(
  world: ConnectionWorld,
  org: Pick<OrgRecord, 'id'>,
  reason: string,
): InstallationRecord[] {
  return world.db.transaction(() => {
    const at = new Date(world.clock.now()).toISOString();
    const hit = world.installations
      .list({ orgId: org.id })
      .filter(({ status }) => status === 'active' || status === 'action_needed');
    for (const installation of hit) {
      world.installations.setStatus(installation.id, 'needs_reauth', reason, at);
      const set = connectionSet(installation, world.projectId);
      world.notifier.notify('connection.error', { ...set, errors: [reason], error: [reason] });
    }
    return hit;
  });
}

/** Somebody has signed in again: what stopped for it goes on from where it was. */
export function connectionBack(world: ConnectionWorld, org: Pick<OrgRecord, 'id'>): InstallationRecord[] {
  return world.db.transaction(() => {
    const at = new Date(world.clock.now()).toISOString();
    const back = world.installations.list({ orgId: org.id, status: 'needs_reauth' });
    for (const installation of back) {
      const missing = missingChoiceOf(world.db, installation);
      const status = missing === undefined ? 'active' : 'action_needed';
      world.installations.setStatus(installation.id, status, missing, at);
      world.notifier.notify('connection.updated', connectionSet(installation, world.projectId));
    }
    return back;
  });
}

/** The token was renewed by itself. */
export function connectionRefreshed(world: ConnectionWorld, org: Pick<OrgRecord, 'id'>): void {
  world.db.transaction(() => {
    for (const installation of world.installations.list({ orgId: org.id }))
      world.notifier.notify('connection.refreshed', connectionSet(installation, world.projectId));
  });
}

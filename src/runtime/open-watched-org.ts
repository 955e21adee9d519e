import type { OpenOrg, OrgWorld } from '../providers/open-org.ts';
import type { State } from '../store/state.ts';

/**
 * The org of a command that works for installations: when its sign-in ends, they stop and the project is told; when
 * somebody has signed in again, they go on. `onLost` hears of the former after it is written. Throws `org-not-connected`.
 */
export async function openWatchedOrg(
  context: OrgWorld,
  state: State,
  name: string | undefined,
  onLost: () => void = () => {},
): Promise<OpenOrg> {
  const { openOrg } = await import('../providers/open-org.ts');
  const { connectionBack, connectionLost, connectionRefreshed } = await import('./connection-state.ts');
  const { createInstallationStore } = await import('../environments/local/installation-store.ts');
  const { loadBase } = await import('../environments/local/revisions.ts');
  const { createNotifier } = await import('../notifications/notifier.ts');
  const world = {
    db: state.db,
    installations: createInstallationStore(state.db),
    notifier: createNotifier(state.db, context),
    projectId: loadBase(state.db).lineage,
    clock: context.clock,
  };
  const open = await openOrg(context, name, {
    onNeedsReauth: (org, reason) => {
      connectionLost(world, org, reason);
      onLost();
    },
    onRenewed: (org) => {
      try {
        connectionRefreshed(world, org);
      } catch (error) {
        // The sign-in is renewed and stored; that nobody was told must not undo the call that needed it.
        context.output.warning(`The renewed sign-in of ${org.alias} was not announced: ${(error as Error).message}`);
      }
    },
  });
  // Another command, or another project of this user, may have met the change first.
  if (open.org.status === 'connected') connectionBack(world, open.org);
  else connectionLost(world, open.org, open.org.statusReason ?? 'a new sign-in is needed');
  return open;
}

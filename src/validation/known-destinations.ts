import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Context } from '../cli/context.ts';
import type { Target } from './targets.ts';

/** Names of the destinations set up in the local project of a manifest; undefined when it has no state yet. */
export async function readKnownDestinations(context: Context, target: Target): Promise<string[] | undefined> {
  const dir = context.config.stateDir ?? (target.path === undefined ? undefined : join(dirname(target.path), '.amp'));
  if (dir === undefined || !existsSync(join(dir, 'state.db'))) return undefined;
  const { openState } = await import('../store/state.ts');
  const { createDestinationStore } = await import('../destinations/destination-store.ts');
  const state = openState(dir);
  try {
    return createDestinationStore(state.db, () => context.clock.now())
      .list()
      .map((destination) => destination.name);
  } finally {
    state.close();
  }
}

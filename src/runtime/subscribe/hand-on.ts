import type { Delivered, FollowWorld } from './follow.ts';

/**
 * Delivers the items and keeps with them how far we came, in one transaction: at once, or with `takeStep` when they have
 * arrived.
 */
export async function handOn(world: FollowWorld, items: readonly Delivered[], keep: () => void): Promise<void> {
  const commit = () =>
    world.transaction(() => {
      world.deliver(items);
      keep();
    });
  if (!world.takeStep) commit();
  if (items.length > 0) world.onDelivered?.(items);
  if (world.takeStep) await world.takeStep(items, commit);
}

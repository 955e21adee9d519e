import type { Describe } from '../runtime/read/resolve-plan.ts';
import type { Subscription } from '../runtime/subscribe/subscription.ts';
import { type Place, sourceAt } from './find-place.ts';
import type { TailFlags } from './tail.ts';

/** The subscriptions of the named objects, or of everything the integration subscribes. */
export async function resolveAll(
  describe: Describe,
  place: Place,
  objects: readonly string[],
  scope: string,
  flags: TailFlags,
): Promise<Subscription[]> {
  const { withOverrides } = await import('../runtime/read/read-source.ts');
  const { resolveSubscription, subscribedNames, subscribedObject } = await import(
    '../runtime/subscribe/subscription-source.ts'
  );
  const names = objects.length > 0 ? objects : subscribedNames({ integration: place.integration });
  return Promise.all(
    names.map(async (name) => {
      const source = await sourceAt(place, name, flags.integration);
      const own = withOverrides(source, {
        mappings: {},
        fields: [],
        allFields: flags['all-fields'] === true,
        filters: undefined,
      });
      const subscribed = subscribedObject(source);
      const config = subscribed && place.installation?.config.subscribe?.objects?.[subscribed.objectName];
      return resolveSubscription({ describe, source: own, subscribed, config, scope });
    }),
  );
}

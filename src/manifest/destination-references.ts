import { readObjectsOf, said, subscribeObjectsOf } from './parts.ts';
import type { CheckedFile } from './rule.ts';
import type { Spot } from './spot.ts';

/** Every place that names a destination, integration by integration: read, subscribe, watchSchema. */
export function destinationReferences(file: CheckedFile): { name: string; spot: Spot }[] {
  return file.integrations.flatMap((integration) =>
    [
      ...readObjectsOf(integration),
      ...subscribeObjectsOf(integration),
      ...(integration.watchSchema ? [integration.watchSchema] : []),
    ]
      .map((object) => object.destination)
      .flatMap((destination) => {
        const name = said(destination);
        return name === undefined ? [] : [{ name, spot: destination!.spot }];
      }),
  );
}

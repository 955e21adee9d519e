import { at, type ConfigCheck } from './config-check.ts';

/** Destinations the config overrides exist here. */
export const checkDestinations: ConfigCheck = ({ config, destinations }) => {
  if (!destinations) return [];
  return (['read', 'subscribe'] as const).flatMap((action) =>
    Object.entries(config[action]?.objects ?? {}).flatMap(([name, { destination }]) =>
      destination === undefined || destinations.includes(destination)
        ? []
        : [
            {
              code: 'config-destination',
              severity: 'error' as const,
              path: at(action, 'objects', name, 'destination'),
              message: `Destination "${destination}" is not set up here.`,
              hint: `amp destinations add ${destination} --url <url>`,
            },
          ],
    ),
  );
};

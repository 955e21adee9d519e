import type { Integration } from '../manifest/manifest.ts';
import type { InstallationConfig, ReadObjectConfig, SubscribeObjectConfig, WriteObjectConfig } from './config.ts';

/**
 * Everything the integration does, with nothing chosen: the config of a customer who was not asked. Defaults of the manifest
 * are not copied in, so that a later default reaches whoever made no choice of their own.
 */
export function defaultConfig(integration: Integration): InstallationConfig {
  return {
    provider: integration.provider,
    ...(integration.read && {
      read: { objects: byName(integration.read.objects, (objectName): ReadObjectConfig => ({ objectName })) },
    }),
    ...(integration.write && {
      write: { objects: byName(integration.write.objects, (objectName): WriteObjectConfig => ({ objectName })) },
    }),
    ...(integration.subscribe && {
      subscribe: {
        objects: byName(
          integration.subscribe.objects,
          (objectName): SubscribeObjectConfig => ({ objectName, inheritFieldsAndMappings: true }),
        ),
      },
    }),
    ...(integration.proxy?.enabled && { proxy: { enabled: true } }),
  };
}

function byName<Entry>(
  objects: readonly { objectName: string }[],
  entryOf: (objectName: string) => Entry,
): Record<string, Entry> {
  return Object.fromEntries(objects.map(({ objectName }) => [objectName, entryOf(objectName)]));
}

import { findObject, mappedKey, objectKey } from '../manifest/identity.ts';
import type { ChosenField, Integration, ReadObject } from '../manifest/manifest.ts';
import type { InstallationConfig, ReadObjectConfig } from './config.ts';

/** The config's entry for a read object, in whatever case it was written. */
export function readConfigOf(
  provider: string,
  config: InstallationConfig,
  objectName: string,
): ReadObjectConfig | undefined {
  const key = objectKey(provider, objectName);
  const objects = Object.entries(config.read?.objects ?? {});
  return objects.find(([name]) => objectKey(provider, name) === key)?.[1];
}

/** Whether the installation reads the object: its config has it, or the manifest reads it for everybody. */
export function readsObject(provider: string, config: InstallationConfig, object: ReadObject): boolean {
  const own = readConfigOf(provider, config, object.objectName);
  return own ? own.disabled !== true : object.enabled === 'always';
}

/** Source field of a customer's choice: the installation's own, else the manifest's default. */
export function chosenSource(entry: ChosenField, config: ReadObjectConfig | undefined): string | undefined {
  return ownChoice(entry.mapToName, config) ?? entry.default;
}

/** What the installation chose for a mapped name; undefined = nothing of its own. */
export function ownChoice(mapToName: string, config: ReadObjectConfig | undefined): string | undefined {
  const key = mappedKey(mapToName);
  const choices = Object.entries(config?.selectedFieldMappings ?? {});
  return choices.find(([name, source]) => mappedKey(name) === key && source !== '')?.[1];
}

export interface MissingChoice {
  objectName: string;
  mapToName: string;
  prompt?: string;
}

/** Required mappings of the objects this installation reads that have neither a choice nor a default. */
export function missingChoices(integration: Integration, config: InstallationConfig): MissingChoice[] {
  const { provider } = integration;
  return (integration.read?.objects ?? [])
    .filter((object) => readsObject(provider, config, object))
    .flatMap((object) => {
      const own = readConfigOf(provider, config, object.objectName);
      return object.requiredFields
        .filter((entry) => entry.kind === 'chosen')
        .filter((entry) => chosenSource(entry, own) === undefined)
        .map(({ mapToName, prompt }) => ({ objectName: object.objectName, mapToName, ...(prompt && { prompt }) }));
    });
}

/** Read objects of `before` that the installation reads and `after` no longer has. */
export function removedReads(
  before: Integration | undefined,
  after: Integration | undefined,
  config: InstallationConfig,
): ReadObject[] {
  if (!before) return [];
  return (before.read?.objects ?? [])
    .filter((object) => readsObject(before.provider, config, object))
    .filter((object) => !findObject(before.provider, after?.read?.objects, object.objectName));
}

/** The config with the entry of one read object changed; it is made when missing. */
export function withReadConfig(
  config: InstallationConfig,
  provider: string,
  objectName: string,
  change: (own: ReadObjectConfig) => ReadObjectConfig,
): InstallationConfig {
  const objects = config.read?.objects ?? {};
  const key = objectKey(provider, objectName);
  const name = Object.keys(objects).find((one) => objectKey(provider, one) === key) ?? objectName;
  return { ...config, read: { objects: { ...objects, [name]: change(objects[name] ?? { objectName }) } } };
}

import { AmpError } from '../../errors/amp-error.ts';
import { readConfigOf } from '../../installations/choices.ts';
import type { ReadObjectConfig, WriteObjectConfig } from '../../installations/config.ts';
import type { InstallationRecord } from '../../installations/installation.ts';
import { findObject, objectKey } from '../../manifest/identity.ts';
import type { Integration, ReadObject, WriteObject } from '../../manifest/manifest.ts';
import { suggest } from '../../manifest/suggest.ts';

/** What is written for whom: the manifest's object, the read object whose mapping it inherits, the customer's choices. */
export interface WriteSource {
  /** Undefined for an object that no manifest describes. */
  integration: Integration | undefined;
  installation: InstallationRecord | undefined;
  object: WriteObject;
  config: WriteObjectConfig | undefined;
  /** With `inheritMapping` only. */
  read: ReadObject | undefined;
  readConfig: ReadObjectConfig | undefined;
}

/**
 * The object `objectName` means: the mapped name first, then the provider's. Throws `write-object-missing` with the nearest
 * name when the integration does not write it.
 */
export function findWriteSource(
  integration: Integration,
  installation: InstallationRecord | undefined,
  objectName: string,
): WriteSource {
  const { provider } = integration;
  const written = integration.write?.objects ?? [];
  const mapped =
    integration.read?.objects.filter(({ mapToName }) => mapToName?.toLowerCase() === objectName.toLowerCase()) ?? [];
  const object =
    mapped.map((read) => findObject(provider, written, read.objectName)).find((found) => found !== undefined) ??
    findObject(provider, written, objectName);
  if (!object) throw notWritten(integration, objectName);
  const key = objectKey(provider, object.objectName);
  const config = Object.entries(installation?.config.write?.objects ?? {}).find(
    ([name]) => objectKey(provider, name) === key,
  )?.[1];
  const inherits = config?.inheritMapping ?? object.inheritMapping;
  return {
    integration,
    installation,
    object,
    config,
    read: inherits ? findObject(provider, integration.read?.objects, object.objectName) : undefined,
    readConfig: inherits && installation ? readConfigOf(provider, installation.config, object.objectName) : undefined,
  };
}

/** An object of no manifest: the org's names, no guards. */
export function plainWriteSource(objectName: string): WriteSource {
  return {
    integration: undefined,
    installation: undefined,
    object: { objectName, inheritMapping: false },
    config: undefined,
    read: undefined,
    readConfig: undefined,
  };
}

function notWritten(integration: Integration, objectName: string): AmpError {
  const { provider } = integration;
  const objects = integration.write?.objects ?? [];
  const known = objects.flatMap((object) => {
    const mapToName = findObject(provider, integration.read?.objects, object.objectName)?.mapToName;
    return mapToName === undefined ? [object.objectName] : [object.objectName, mapToName];
  });
  const near = suggest(objectName, known);
  const others = known.length > 0 ? `It writes: ${known.join(', ')}.` : 'It writes nothing: add write.objects.';
  return new AmpError({
    code: 'write-object-missing',
    message: `${integration.name} writes no object "${objectName}".`,
    hint: near ? `Did you mean "${near}"? ${others}` : others,
    details: { object: objectName },
  });
}

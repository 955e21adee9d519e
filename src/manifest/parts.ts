import { objectKey } from './identity.ts';
import type { Draft, DraftBlock } from './key-spec.ts';
import type { DraftField, DraftIntegration, DraftReadObject, DraftSubscribeObject, DraftWriteObject } from './keys.ts';
import { type CheckedFile, isPresent } from './rule.ts';

/** The parts of a manifest that rules ask for. */
export const actions = ['read', 'write', 'subscribe'] as const;
export type Action = (typeof actions)[number];
export type DraftObject = DraftReadObject | DraftWriteObject | DraftSubscribeObject;

export function readObjectsOf(integration: DraftIntegration): readonly DraftReadObject[] {
  return integration.read?.objects?.items ?? [];
}

export function writeObjectsOf(integration: DraftIntegration): readonly DraftWriteObject[] {
  return integration.write?.objects?.items ?? [];
}

export function subscribeObjectsOf(integration: DraftIntegration): readonly DraftSubscribeObject[] {
  return integration.subscribe?.objects?.items ?? [];
}

export function objectsOf(integration: DraftIntegration, action: Action): readonly DraftObject[] {
  if (action === 'read') return readObjectsOf(integration);
  return action === 'write' ? writeObjectsOf(integration) : subscribeObjectsOf(integration);
}

export function* readObjects(file: CheckedFile): Generator<{ integration: DraftIntegration; object: DraftReadObject }> {
  for (const integration of file.integrations) {
    for (const object of readObjectsOf(integration)) yield { integration, object };
  }
}

export function* subscribeObjects(
  file: CheckedFile,
): Generator<{ integration: DraftIntegration; object: DraftSubscribeObject }> {
  for (const integration of file.integrations) {
    for (const object of subscribeObjectsOf(integration)) yield { integration, object };
  }
}

/** Required before optional, as they stand in the file when written in that order. */
export function fieldsOf(object: DraftReadObject): readonly DraftField[] {
  const required = object.requiredFields?.items ?? [];
  const optional = object.optionalFields?.items ?? [];
  if (optional.length === 0) return required;
  return required.length === 0 ? optional : [...required, ...optional];
}

export function isSalesforce(integration: DraftIntegration): boolean {
  const provider = integration.provider?.value;
  return provider === 'salesforce' || provider === 'salesforceJWT';
}

/** Salesforce's own objects: the `crm` module, which is the default. */
export function isSalesforceCrm(integration: DraftIntegration): boolean {
  const module = integration.module?.value;
  return isSalesforce(integration) && (module === undefined || module === '' || module === 'crm');
}

/** One identity for object names: Salesforce ignores case, others do not. */
export function sameObject(integration: DraftIntegration, left: string, right: string): boolean {
  const provider = integration.provider?.value ?? '';
  return objectKey(provider, left) === objectKey(provider, right);
}

export function nameOf(block: { objectName?: Draft<string>; name?: Draft<string> }): string {
  return block.objectName?.value ?? block.name?.value ?? '';
}

/** Text that says something: not missing, not blank. */
export function said(draft: Draft<string> | undefined): string | undefined {
  return draft && draft.value.trim() !== '' ? draft.value : undefined;
}

export const standardEvents = ['createEvent', 'updateEvent', 'deleteEvent', 'associationChangeEvent'] as const;

export function hasStandardEvent(object: DraftSubscribeObject): boolean {
  return standardEvents.some((event) => isPresent(object, event));
}

/** Is the read object the source of a subscribe object (with standard events)? */
export function isSubscribed(integration: DraftIntegration, object: DraftReadObject, withEvents = true): boolean {
  const key = objectKey(integration.provider?.value ?? '', nameOf(object));
  return subscribedKeys(integration)[withEvents ? 'withEvents' : 'all'].has(key);
}

/** A thousand objects are asked a thousand times: the names are gathered once for each integration. */
const subscribed = new WeakMap<DraftIntegration, { all: Set<string>; withEvents: Set<string> }>();

function subscribedKeys(integration: DraftIntegration): { all: Set<string>; withEvents: Set<string> } {
  let keys = subscribed.get(integration);
  if (!keys) {
    const provider = integration.provider?.value ?? '';
    const objects = subscribeObjectsOf(integration);
    const keyOf = (object: DraftSubscribeObject) => objectKey(provider, nameOf(object));
    keys = { all: new Set(objects.map(keyOf)), withEvents: new Set(objects.filter(hasStandardEvent).map(keyOf)) };
    subscribed.set(integration, keys);
  }
  return keys;
}

const reads = new WeakMap<DraftIntegration, Map<string, DraftReadObject>>();

/** The first read object of that name, in whatever case the provider allows. */
export function findRead(integration: DraftIntegration, name: string): DraftReadObject | undefined {
  const provider = integration.provider?.value ?? '';
  let byKey = reads.get(integration);
  if (!byKey) {
    byKey = new Map();
    for (const read of readObjectsOf(integration)) {
      const key = objectKey(provider, nameOf(read));
      if (!byKey.has(key)) byKey.set(key, read);
    }
    reads.set(integration, byKey);
  }
  return byKey.get(objectKey(provider, name));
}

/** `read object "lead"`, or without a name where none is given. */
export function titled(kind: string, block: DraftBlock & { objectName?: Draft<string>; name?: Draft<string> }): string {
  const name = nameOf(block);
  return name.trim() === '' ? `This ${kind}` : `${kind[0]!.toUpperCase()}${kind.slice(1)} "${name}"`;
}

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
export function fieldsOf(object: DraftReadObject): DraftField[] {
  return [...(object.requiredFields?.items ?? []), ...(object.optionalFields?.items ?? [])];
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

/** A backfill that would send something: days over 0, or everything. */
export function hasBackfill(object: DraftReadObject): boolean {
  const period = object.backfill?.defaultPeriod;
  return (period?.days?.value ?? 0) > 0 || period?.fullHistory?.value === true;
}

/** Is the read object the source of a subscribe object with standard events? */
export function isSubscribed(integration: DraftIntegration, object: DraftReadObject, withEvents = true): boolean {
  const name = nameOf(object);
  return subscribeObjectsOf(integration).some(
    (subscribed) => sameObject(integration, nameOf(subscribed), name) && (!withEvents || hasStandardEvent(subscribed)),
  );
}

/** `read object "lead"`, or without a name where none is given. */
export function titled(kind: string, block: DraftBlock & { objectName?: Draft<string>; name?: Draft<string> }): string {
  const name = nameOf(block);
  return name.trim() === '' ? `This ${kind}` : `${kind[0]!.toUpperCase()}${kind.slice(1)} "${name}"`;
}

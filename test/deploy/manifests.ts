import type { ChosenField, FixedField, Integration, Manifest, ReadObject } from '../../src/manifest/manifest.ts';

/** A checked manifest of one integration, `crm`, in few words. */
export function manifestOf(...objects: ReadObject[]): Manifest {
  return { specVersion: '1.0.0', integrations: [integrationOf('crm', ...objects)] };
}

export function integrationOf(name: string, ...objects: ReadObject[]): Integration {
  return { name, provider: 'salesforce', read: { objects } };
}

export function readObject(objectName: string, more: Partial<ReadObject> = {}): ReadObject {
  return {
    objectName,
    destination: 'crmEvents',
    schedule: '*/30 * * * *',
    requiredFields: [{ kind: 'fixed', fieldName: 'id' }],
    optionalFields: [],
    ...more,
  };
}

export function fixed(fieldName: string, mapToName?: string): FixedField {
  return { kind: 'fixed', fieldName, ...(mapToName && { mapToName }) };
}

export function choice(mapToName: string, preset?: string): ChosenField {
  return { kind: 'chosen', mapToName, mapToDisplayName: mapToName, ...(preset && { default: preset }) };
}

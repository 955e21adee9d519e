import { AmpError } from '../../errors/amp-error.ts';
import { readConfigOf } from '../../installations/choices.ts';
import type { FieldFilter, ReadObjectConfig } from '../../installations/config.ts';
import type { InstallationRecord } from '../../installations/installation.ts';
import { findObject } from '../../manifest/identity.ts';
import type { BackfillPeriod, Integration, Manifest, ReadObject } from '../../manifest/manifest.ts';
import { suggest } from '../../manifest/suggest.ts';
import type { ReadType } from './run-read.ts';

/** What is read for whom: the manifest's object and, with an installation, the customer's choices. */
export interface ReadSource {
  /** Undefined for an object that no manifest describes. */
  integration: Integration | undefined;
  object: ReadObject;
  config: ReadObjectConfig | undefined;
  installation: InstallationRecord | undefined;
}

/** Choices made on the command line, on top of the installation's. */
export interface ReadOverrides {
  mappings: Readonly<Record<string, string>>;
  fields: readonly string[];
  allFields: boolean;
  /** Undefined: those of the config. */
  filters: readonly FieldFilter[] | undefined;
}

/** An installation's object. Throws `read-object-disabled`, or `read-object-missing` naming what there is. */
export function sourceOfInstallation(
  installation: InstallationRecord,
  integration: Integration,
  objectName: string,
): ReadSource {
  const object = findReadObject(integration, objectName);
  if (!object) throw notInManifest(objectName, [integration]);
  const config = readConfigOf(integration.provider, installation.config, object.objectName);
  if (config?.disabled) {
    throw new AmpError({
      code: 'read-object-disabled',
      message: `${object.objectName} is switched off for ${installation.groupName ?? installation.groupRef}.`,
      hint: `Set "disabled" to false in its config: amp installations update ${installation.id}.`,
    });
  }
  return { integration, object, config, installation };
}

/**
 * The manifest's object without an installation; an object of no manifest with every field. Throws `read-object-missing`
 * when `integrationName` is not in the manifest or has no such object.
 */
export function sourceOfManifest(
  manifest: Manifest | undefined,
  objectName: string,
  integrationName: string | undefined,
): ReadSource {
  const named = manifest?.integrations.filter(({ name }) => integrationName === undefined || name === integrationName);
  for (const integration of named ?? []) {
    const object = findReadObject(integration, objectName);
    if (object) return { integration, object, config: undefined, installation: undefined };
  }
  if (integrationName !== undefined) throw notInManifest(objectName, named ?? [], integrationName);
  const object: ReadObject = { objectName, requiredFields: [], optionalFields: [] };
  return { integration: undefined, object, config: undefined, installation: undefined };
}

/** By name, or by the name it is delivered under. */
export function findReadObject(integration: Integration, objectName: string): ReadObject | undefined {
  const objects = integration.read?.objects;
  return (
    findObject(integration.provider, objects, objectName) ??
    objects?.find((object) => object.mapToName?.toLowerCase() === objectName.toLowerCase())
  );
}

/** The source with the command line's choices in its config. Without any manifest or choice, every field is read. */
export function withOverrides(source: ReadSource, overrides: ReadOverrides): ReadSource {
  const nothingChosen = overrides.fields.length === 0 && Object.keys(overrides.mappings).length === 0;
  const allFields = overrides.allFields || (source.integration === undefined && nothingChosen);
  const { config } = source;
  return {
    ...source,
    config: {
      ...config,
      objectName: source.object.objectName,
      selectedFields: {
        ...config?.selectedFields,
        ...Object.fromEntries(overrides.fields.map((name) => [name, true])),
      },
      selectedFieldMappings: { ...config?.selectedFieldMappings, ...overrides.mappings },
      ...(allFields ? { selectedFieldsAuto: 'all' as const } : {}),
    },
  };
}

/** Filters of a read: a backfill's own replace the object's; an empty list counts as not set. */
export function filtersOf(source: ReadSource, readType: ReadType): readonly FieldFilter[] {
  const own = source.config?.backfill?.fieldFilters;
  if (readType === 'backfill' && own && own.length > 0) return own;
  return source.config?.fieldFilters ?? [];
}

/** How far back a backfill goes: the installation's word, else the manifest's; undefined = none. */
export function backfillPeriodOf(source: ReadSource): BackfillPeriod | undefined {
  const own = source.config?.backfill?.defaultPeriod;
  if (!own) return source.object.backfill;
  if (own.fullHistory) return { fullHistory: true };
  return own.days ? { days: own.days } : undefined;
}

export function destinationOf(source: ReadSource): string | undefined {
  return source.config?.destination ?? source.object.destination;
}

function notInManifest(objectName: string, integrations: readonly Integration[], wanted?: string): AmpError {
  const known = integrations.flatMap(({ read }) => read?.objects.map((object) => object.objectName) ?? []);
  const near = suggest(objectName, known);
  const where = wanted ?? integrations[0]?.name ?? 'the manifest';
  return new AmpError({
    code: 'read-object-missing',
    message: `${where} reads no object "${objectName}".`,
    hint:
      known.length > 0
        ? `${near ? `Did you mean "${near}"? ` : ''}It reads: ${known.join(', ')}.`
        : 'Name the integration with --integration.',
  });
}

import type { ChosenField, FieldEntry, FixedField, Integration, ReadObject } from '../manifest/manifest.ts';
import type { OrgObject, OrgSchema } from '../manifest/org-schema.ts';
import { hasField } from './checks/config-check.ts';
import { ownChoice, readConfigOf } from './choices.ts';
import type { InstallationConfig, ReadObjectConfig } from './config.ts';

/** What the manifest leaves to the customer, object by object, beside what this config chose already. */
export interface ObjectOffer {
  object: ReadObject;
  own: ReadObjectConfig;
  /** As the org describes it; undefined when its user does not see it. */
  org: OrgObject | undefined;
  mappings: MappingOffer[];
  /** Optional fields by name. */
  fields: FixedField[];
}

export interface MappingOffer {
  object: ReadObject;
  org: OrgObject | undefined;
  entry: ChosenField;
  /** A source must be named: it is required, or the manifest has a default, which would step in. */
  required: boolean;
  /** The config's own choice. */
  chosen: string | undefined;
  /** The default, when the org has it; in the org's spelling. */
  suggestion: string | undefined;
}

/** Offers of the objects the installation reads. */
export function offersOf(integration: Integration, config: InstallationConfig, schema: OrgSchema): ObjectOffer[] {
  return (integration.read?.objects ?? []).flatMap((object) => {
    const own = readConfigOf(integration.provider, config, object.objectName);
    if (!own || own.disabled) return [];
    const org = schema.objects.get(object.objectName.toLowerCase());
    return [
      { object, own, org, mappings: mappingsOf(object, own, org), fields: object.optionalFields.filter(isFixed) },
    ];
  });
}

function mappingsOf(object: ReadObject, own: ReadObjectConfig, org: OrgObject | undefined): MappingOffer[] {
  const entries = [
    ...object.requiredFields.map((entry) => ({ entry, required: true })),
    ...object.optionalFields.map((entry) => ({ entry, required: false })),
    ...dynamicEntries(own).map((entry) => ({ entry, required: false })),
  ];
  return entries.flatMap(({ entry, required }) => {
    if (entry.kind !== 'chosen') return [];
    const usable = entry.default !== undefined && (!org?.fields || hasField(org, entry.default));
    const known = org?.fields?.get(entry.default?.toLowerCase() ?? '')?.name ?? entry.default;
    const suggestion = usable ? known : undefined;
    const chosen = ownChoice(entry.mapToName, own);
    return [{ object, org, entry, required: required || entry.default !== undefined, chosen, suggestion }];
  });
}

/** What this customer alone may map; those with a field of their own ask for values only. */
function dynamicEntries({ dynamicMappingsInput = [] }: ReadObjectConfig): ChosenField[] {
  return dynamicMappingsInput
    .filter(({ fieldName }) => fieldName === undefined)
    .map(({ mapToName, mapToDisplayName = mapToName, prompt }) => ({
      kind: 'chosen',
      mapToName,
      mapToDisplayName,
      ...(prompt !== undefined && { prompt }),
    }));
}

const isFixed = (entry: FieldEntry): entry is FixedField => entry.kind === 'fixed';

/** How people call what an entry delivers. */
export function fieldLabel(entry: FixedField): string {
  return entry.mapToDisplayName ?? entry.mapToName ?? entry.fieldName;
}

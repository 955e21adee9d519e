import { AmpError } from '../errors/amp-error.ts';
import type { ReadObjectConfig } from '../installations/config.ts';
import { mappedKey, fieldKey as providerFieldKey } from '../manifest/identity.ts';
import type { FieldEntry, ReadObject } from '../manifest/manifest.ts';

/** What one installation reads of one object: the manifest's fields with the customer's choices applied. Still in their words. */
export interface Selection {
  /** Manifest's spelling. */
  objectName: string;
  /** Name in messages. */
  deliveredName: string;
  /** Delivered under their own names. */
  fields: string[];
  mappings: SelectedMapping[];
  /** Every readable field on top of `fields`. */
  allFields: boolean;
  /** Field (mapped or provider name) → delivered value → provider value. */
  valueMappings: Record<string, Record<string, string>>;
}

export interface SelectedMapping {
  mapToName: string;
  /** Provider field or path. */
  source: string;
  required: boolean;
}

/**
 * Applies an installation's config to a read object. Throws `read-mapping-missing` when a required mapping has neither a
 * choice nor a default.
 */
export function resolveSelection(object: ReadObject, config?: ReadObjectConfig): Selection {
  const fields: string[] = [];
  const mappings = new Map<string, SelectedMapping>();
  const choices = new Map(
    Object.entries(config?.selectedFieldMappings ?? {}).map(([name, source]) => [mappedKey(name), { name, source }]),
  );
  const picked = new Set(
    Object.entries(config?.selectedFields ?? {})
      .filter(([, isPicked]) => isPicked)
      .map(([name]) => fieldKey(name)),
  );
  const addMapping = (mapping: SelectedMapping) => mappings.set(mappedKey(mapping.mapToName), mapping);
  const add = (entry: FieldEntry, required: boolean) => {
    if (entry.kind === 'chosen') {
      const source = choices.get(mappedKey(entry.mapToName))?.source || entry.default;
      if (source) addMapping({ mapToName: entry.mapToName, source, required });
      else if (required) throw missingMapping(object.objectName, entry.mapToName);
    } else if (required || picked.has(fieldKey(entry.fieldName))) {
      if (entry.mapToName === undefined) fields.push(entry.fieldName);
      else addMapping({ mapToName: entry.mapToName, source: entry.fieldName, required });
      picked.delete(fieldKey(entry.fieldName));
    }
  };
  for (const entry of object.requiredFields) add(entry, true);
  for (const entry of object.optionalFields) add(entry, false);
  // Dynamic mappings: names the manifest does not know, chosen by this customer.
  for (const [key, { name, source }] of choices) {
    if (source !== '' && !mappings.has(key)) addMapping({ mapToName: name, source, required: false });
  }
  // Fields picked from "all" (`optionalFieldsAuto`), in the customer's spelling.
  for (const [name, isPicked] of Object.entries(config?.selectedFields ?? {})) {
    if (isPicked && picked.has(fieldKey(name))) fields.push(name);
  }
  return {
    objectName: object.objectName,
    deliveredName: object.mapToName ?? object.objectName,
    fields,
    mappings: [...mappings.values()],
    allFields: config?.selectedFieldsAuto === 'all',
    valueMappings: config?.selectedValueMappings ?? {},
  };
}

/** One key per field, however it is written: `$['a']` and `A` are the same. */
export function fieldKey(name: string): string {
  return providerFieldKey('salesforce', name);
}

function missingMapping(objectName: string, mapToName: string): AmpError {
  return new AmpError({
    code: 'read-mapping-missing',
    message: `The mapping "${mapToName}" of ${objectName} is required and no source field was chosen for it.`,
    hint: `Choose one: --map ${mapToName}=<Field>, or selectedFieldMappings in the installation's config.`,
    details: { object: objectName, mapping: mapToName },
  });
}

import type { ReadObjectConfig } from '../../installations/config.ts';
import { mappedKey } from '../../manifest/identity.ts';
import type { ReadObject } from '../../manifest/manifest.ts';
import type { WriteMapping } from './write-names.ts';

/**
 * The mappings of a read object as writes use them: fixed ones, whether or not the customer reads the field, the customer's
 * choices (which win over defaults), and those that are declared but unmapped.
 */
export function writeMappings(object: ReadObject, config: ReadObjectConfig | undefined): WriteMapping[] {
  const mappings = new Map<string, WriteMapping>();
  const fixed = new Set<string>();
  const add = (mapToName: string, source: string | undefined) =>
    mappings.set(mappedKey(mapToName), { mapToName, source: source || undefined });
  for (const entry of [...object.requiredFields, ...object.optionalFields]) {
    if (entry.kind === 'chosen') add(entry.mapToName, entry.default);
    else if (entry.mapToName !== undefined) {
      add(entry.mapToName, entry.fieldName);
      fixed.add(mappedKey(entry.mapToName));
    }
  }
  for (const { mapToName, fieldName } of config?.dynamicMappingsInput ?? []) add(mapToName, fieldName);
  for (const [mapToName, source] of Object.entries(config?.selectedFieldMappings ?? {})) {
    // Chosen when the manifest left it open: reads do not heed it either.
    if (fixed.has(mappedKey(mapToName))) continue;
    // An empty choice is no choice: the default stays.
    if (source !== '' || !mappings.has(mappedKey(mapToName))) add(mapToName, source);
  }
  return [...mappings.values()];
}

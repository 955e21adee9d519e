import type { FieldDefinition } from '../../../custom-fields/definition.ts';

/**
 * `Metadata` of a custom field (Tooling API, CustomField). Only keys we set are typed; an update sends everything the org
 * has with ours over it, since the whole is replaced.
 */
export interface FieldMetadata {
  type: string;
  label: string;
  description?: string | null;
  required?: boolean | null;
  unique?: boolean | null;
  externalId?: boolean | null;
  length?: number | null;
  precision?: number | null;
  scale?: number | null;
  visibleLines?: number | null;
  defaultValue?: string | boolean | null;
  referenceTo?: string | null;
  relationshipName?: string | null;
  relationshipLabel?: string | null;
  deleteConstraint?: string | null;
  valueSet?: ValueSet | null;
  [other: string]: unknown;
}

interface ValueSet {
  restricted?: boolean | null;
  valueSetDefinition?: { sorted?: boolean; value: PicklistEntry[] } | null;
  [other: string]: unknown;
}

interface PicklistEntry {
  valueName: string;
  label: string;
  default?: boolean;
  [other: string]: unknown;
}

const longestShortText = 255;

/** The metadata of a field as the file asks for it. A `string` beyond 255 characters is a long text area. */
export function metadataOf(definition: FieldDefinition): FieldMetadata {
  const { displayName: label, description, required = false, unique, indexed } = definition;
  const common = {
    label,
    ...(description === undefined ? {} : { description }),
    ...(definition.valueType === 'boolean' ? {} : { required }),
  };
  const key = { unique: unique ?? false, externalId: indexed ?? false };
  const text = definition.stringOptions ?? {};
  const number = definition.numericOptions ?? {};
  switch (definition.valueType) {
    case 'string': {
      const length = text.length ?? longestShortText;
      const value = text.defaultValue === undefined ? {} : { defaultValue: formulaText(text.defaultValue) };
      if (length <= longestShortText) return { type: 'Text', ...common, ...key, length, ...value };
      // The platform's smallest long text area has 256 characters, and it has no `required`.
      const { required: _required, ...rest } = common as { label: string; required?: boolean };
      return { type: 'LongTextArea', ...rest, length, visibleLines: text.numDisplayLines ?? 3, ...value };
    }
    case 'boolean':
      return { type: 'Checkbox', ...common, defaultValue: false };
    case 'date':
      return { type: 'Date', ...common };
    case 'datetime':
      return { type: 'DateTime', ...common };
    case 'int':
    case 'float':
      return {
        type: 'Number',
        ...common,
        ...key,
        precision: number.precision ?? 18,
        scale: definition.valueType === 'int' ? 0 : (number.scale ?? 2),
        ...(number.defaultValue === undefined ? {} : { defaultValue: String(number.defaultValue) }),
      };
    case 'singleSelect':
      return { type: 'Picklist', ...common, valueSet: valueSetOf(definition) };
    case 'multiSelect':
      return {
        type: 'MultiselectPicklist',
        ...common,
        visibleLines: text.numDisplayLines ?? 4,
        valueSet: valueSetOf(definition),
      };
    case 'reference': {
      const { targetObject, onDelete, reverseLookupFieldName } = definition.association!;
      const list = reverseLookupFieldName ?? `${definition.objectName}_${definition.fieldName}`.replaceAll('__c', '');
      return {
        type: 'Lookup',
        ...common,
        referenceTo: targetObject,
        relationshipName: list.replace(/[^A-Za-z0-9_]/g, '_').replace(/_+/g, '_'),
        relationshipLabel: reverseLookupFieldName ?? definition.objectName.replace(/__c$/, ''),
        deleteConstraint: onDelete === 'restrict' || required ? 'Restrict' : 'SetNull',
      };
    }
  }
}

/** A default is a formula: text stands in quotes. */
const formulaText = (text: string) => `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`;

function valueSetOf({ stringOptions = {} }: FieldDefinition): ValueSet {
  const { values = [], valuesRestricted = false, defaultValue } = stringOptions;
  const value = values.map((name) => ({ valueName: name, label: name, default: name === defaultValue }));
  return { restricted: valuesRestricted, valueSetDefinition: { sorted: false, value } };
}

export interface MetadataDifference {
  /** What would change, in words: `label`, `length 80 → 120`. */
  changes: string[];
  /** What is different and stays so, because changing it could lose the customer's data. */
  warnings: string[];
  /** The whole metadata to send. */
  merged: FieldMetadata;
}

/** What separates the field the org has from the one wanted. Keys the file does not speak of stay as they are. */
export function diffMetadata(current: FieldMetadata, wanted: FieldMetadata): MetadataDifference {
  const changes: string[] = [];
  const warnings: string[] = [];
  const merged: FieldMetadata = { ...current };
  for (const [key, value] of Object.entries(wanted)) {
    if (key === 'valueSet' || key === 'type' || key.startsWith('relationship')) continue;
    const before = current[key] ?? (typeof value === 'boolean' ? false : null);
    if (String(before) === String(value)) continue;
    if (typeof value === 'number' && typeof before === 'number' && key !== 'visibleLines' && value < before) {
      warnings.push(`${key} stays ${before}: making it ${value} could cut values.`);
      continue;
    }
    merged[key] = value;
    changes.push(typeof value === 'number' || typeof value === 'boolean' ? `${key} ${before} → ${value}` : key);
  }
  if (wanted.valueSet) diffValues(current, wanted.valueSet, { changes, warnings, merged });
  return { changes, warnings, merged };
}

/** Values the customer has added stay; ours that are missing are appended. */
function diffValues(current: FieldMetadata, wanted: ValueSet, { changes, warnings, merged }: MetadataDifference): void {
  const own = current.valueSet?.valueSetDefinition?.value ?? [];
  const ours = wanted.valueSetDefinition!.value;
  if (current.valueSet && !current.valueSet.valueSetDefinition) {
    warnings.push('Its values come from a global value set, which is left alone.');
    return;
  }
  const missing = ours.filter(({ valueName }) => !own.some((entry) => entry.valueName === valueName));
  const foreign = own.filter(({ valueName }) => !ours.some((entry) => entry.valueName === valueName));
  if (missing.length > 0) changes.push(`values + ${missing.map(({ valueName }) => valueName).join(', ')}`);
  if (foreign.length > 0) warnings.push(`Values that are only in the org stay: ${foreign.length}.`);
  const restricted = wanted.restricted ?? false;
  const wasRestricted = current.valueSet?.restricted ?? false;
  if (restricted !== wasRestricted) changes.push(`restricted ${wasRestricted} → ${restricted}`);
  const preset = ours.find((entry) => entry.default)?.valueName;
  const presetBefore = own.find((entry) => entry.default)?.valueName;
  if (preset !== undefined && preset !== presetBefore) changes.push('default value');
  merged.valueSet = {
    ...current.valueSet,
    restricted,
    valueSetDefinition: {
      sorted: current.valueSet?.valueSetDefinition?.sorted ?? false,
      value: [...own, ...missing].map((entry) =>
        preset === undefined ? entry : { ...entry, default: entry.valueName === preset },
      ),
    },
  };
}

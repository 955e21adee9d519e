import type { FieldDefinition } from './field.ts';

/** One object of the emulated schema. Flags not given are those of an ordinary business object. */
export interface ObjectDefinition {
  name: string;
  label: string;
  labelPlural: string;
  keyPrefix: string;
  fields: FieldDefinition[];
  custom: boolean;
  createable: boolean;
  updateable: boolean;
  deletable: boolean;
  undeletable: boolean;
  mergeable: boolean;
  feedEnabled: boolean;
  layoutable: boolean;
  searchable: boolean;
  searchLayoutable: boolean;
  triggerable: boolean;
  mruEnabled: boolean;
  deepCloneable: boolean;
  recordTypes: readonly RecordType[];
  scopes: readonly { label: string; name: string }[];
  listViews: boolean;
  /** Further keys of `urls`, paths under the object's own. */
  moreUrls: Readonly<Record<string, string>>;
  /** No two rows agree in all of these (set-up objects, which have no bin). */
  uniqueTogether: readonly string[];
}

export interface RecordType {
  developerName: string;
  name: string;
  isDefault: boolean;
}

type ObjectOptions = Partial<Omit<ObjectDefinition, 'name' | 'label' | 'labelPlural' | 'keyPrefix' | 'fields'>>;

export function defineObject(
  names: { name: string; label: string; labelPlural: string; keyPrefix: string },
  options: ObjectOptions,
  fields: FieldDefinition[],
): ObjectDefinition {
  return {
    ...names,
    custom: names.name.endsWith('__c'),
    createable: true,
    updateable: true,
    deletable: true,
    undeletable: true,
    mergeable: false,
    feedEnabled: true,
    layoutable: true,
    searchable: true,
    searchLayoutable: true,
    triggerable: true,
    mruEnabled: true,
    deepCloneable: false,
    recordTypes: [],
    listViews: true,
    moreUrls: {},
    uniqueTogether: [],
    scopes: [
      { label: `All ${names.labelPlural.toLowerCase()}`, name: 'everything' },
      { label: `My ${names.labelPlural.toLowerCase()}`, name: 'mine' },
    ],
    ...options,
    fields,
  };
}

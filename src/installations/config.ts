/**
 * What one customer chose: the installation config of the hosted platform, key for key, so that a file works in both
 * environments. Objects are maps keyed by the manifest's object name. Everything absent falls back to the manifest.
 */
export interface InstallationConfig {
  provider: string;
  read?: { objects: Record<string, ReadObjectConfig> };
  write?: { objects: Record<string, WriteObjectConfig> };
  subscribe?: { objects: Record<string, SubscribeObjectConfig> };
  proxy?: { enabled: boolean };
}

export interface ReadObjectConfig {
  objectName: string;
  schedule?: string;
  destination?: string;
  /** Stops scheduled reads and refuses trigger reads and search. */
  disabled?: boolean;
  /** Provider field → picked. Required fields are read whatever it says. */
  selectedFields?: Record<string, boolean>;
  selectedFieldsAuto?: 'all';
  /** mapToName → provider field. Wins over a `default`; fixed mappings need no entry. */
  selectedFieldMappings?: Record<string, string>;
  /** Field (mapped or provider name, path allowed) → delivered value → provider value, one to one. */
  selectedValueMappings?: Record<string, Record<string, string>>;
  dynamicMappingsInput?: DynamicMapping[];
  /** All must match; one per field. */
  fieldFilters?: FieldFilter[];
  backfill?: BackfillConfig;
}

export interface BackfillConfig {
  defaultPeriod?: { days?: number; fullHistory?: boolean };
  /** Replaces the object's filters during backfill only; empty = not set. */
  fieldFilters?: FieldFilter[];
}

export interface FieldFilter {
  fieldName: string;
  operator: 'eq';
  value: string | boolean | number;
}

export interface DynamicMapping {
  mapToName: string;
  mapToDisplayName?: string;
  prompt?: string;
  /** Given: only the values are asked for. */
  fieldName?: string;
  mappedValues?: { mappedValue: string; mappedDisplayValue?: string }[];
}

export interface WriteObjectConfig {
  objectName: string;
  /** Overrides the manifest. */
  inheritMapping?: boolean;
  /** Without it deletes are refused. */
  deletionSettings?: { enabled: boolean };
  /** Drop names that are neither mapped nor a field; otherwise the org refuses them. Ours: a switch of the hosted dashboard. */
  removeUnmappedFields?: boolean;
  /** Field (mapped name when inheriting) → guards and default. */
  selectedFieldSettings?: Record<string, WriteFieldSettings>;
  /** Older form of defaults. */
  selectedValueDefaults?: Record<string, { value: FieldDefault; applyOnUpdate?: 'always' | 'never' }>;
}

export interface WriteFieldSettings {
  default?: FieldDefault;
  writeOnCreate?: 'always' | 'never';
  writeOnUpdate?: 'always' | 'never' | 'ifEmpty';
}

/** Exactly one of the three. */
export interface FieldDefault {
  stringValue?: string;
  integerValue?: number;
  booleanValue?: boolean;
}

export interface SubscribeObjectConfig {
  objectName: string;
  destination?: string;
  inheritFieldsAndMappings: boolean;
  createEvent?: { enabled: 'always' | 'never' };
  updateEvent?: { enabled: 'always' | 'never'; watchFieldsAuto?: 'all'; requiredWatchFields?: string[] };
  deleteEvent?: { enabled: 'always' | 'never' };
  otherEvents?: string[];
  /** Drop the events of our own writes. Ours; the hosted platform always delivers them. */
  ignoreOwnWrites?: boolean;
  providerOptions?: { quotaOptimization?: { enabled: boolean } };
}

/**
 * The checked, normalised manifest: what every other folder works with. `checkManifest` is the only maker. Keys have their
 * documented spelling, YAML 1.1 scalars are coerced, defaults are filled in, and nothing here is invalid.
 */
export interface Manifest {
  specVersion: '1.0.0';
  integrations: Integration[];
}

export interface Integration {
  name: string;
  displayName?: string;
  provider: string;
  module?: string;
  read?: { objects: ReadObject[] };
  subscribe?: { objects: SubscribeObject[] };
  write?: { objects: WriteObject[] };
  proxy?: { enabled: boolean; useModule: boolean };
  watchSchema?: WatchSchema;
}

export interface ReadObject {
  objectName: string;
  destination?: string;
  /** Five-field cron in UTC; absent = never by itself. */
  schedule?: string;
  mapToName?: string;
  mapToDisplayName?: string;
  requiredFields: FieldEntry[];
  optionalFields: FieldEntry[];
  optionalFieldsAuto?: 'all';
  /** Absent when the manifest asks for none (no block, `days: 0`, `fullHistory: false`). */
  backfill?: BackfillPeriod;
  enabled?: 'always';
  delivery?: { mode: 'auto' | 'onRequest'; pageSize?: number };
}

export type BackfillPeriod = { days: number } | { fullHistory: true };

/** Fixed source, delivered under its own name or under `mapToName`; or the customer's choice of a source. */
export type FieldEntry = FixedField | ChosenField;

export interface FixedField {
  kind: 'fixed';
  /** Plain name, or a path `$['a']['b']` as written. */
  fieldName: string;
  mapToName?: string;
  mapToDisplayName?: string;
}

export interface ChosenField {
  kind: 'chosen';
  mapToName: string;
  mapToDisplayName: string;
  prompt?: string;
  /** Preselected source field. */
  default?: string;
}

export interface WriteObject {
  objectName: string;
  inheritMapping: boolean;
  valueDefaults?: { allowAnyFields: boolean };
}

export interface SubscribeObject {
  objectName: string;
  destination: string;
  inheritFieldsAndMapping: boolean;
  createEvent: boolean;
  deleteEvent: boolean;
  /** Absent = off. */
  updateEvent?: { watch: 'all' | 'selected' | string[] };
  associationChangeEvent?: { includeFullRecords: boolean };
  otherEvents: string[];
}

export interface WatchSchema {
  destination: string;
  /** Absent = once a day. */
  schedule?: string;
  fieldCreated: boolean;
  fieldDeleted: boolean;
  fieldChanged: boolean;
}

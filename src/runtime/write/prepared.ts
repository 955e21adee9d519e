import type { JsonObject } from '../../mapping/json.ts';
import type { WriteType } from './write-request.ts';

/**
 * A write ready to be sent: the org's own names and values, guards applied as far as they can be without asking the org.
 * Plain data, so that a queue can keep it (`renderJson` and `parseJson` keep every digit).
 */
export interface PreparedWrite {
  type: WriteType;
  /** The org's spelling. */
  object: string;
  /** Upsert: the external id field, in the org's spelling. */
  keyField?: string;
  /** How the org compares its values; absent = in any case. */
  keyMatch?: 'number' | 'exact';
  /** Column that moves with every change of a record; absent where the object has none. */
  stampField?: string;
  allOrNone: boolean;
  headers: Record<string, string>;
  /** In the order of the request. */
  rows: PreparedRow[];
  /** For the operation: every field that was left out, and why. */
  warnings: string[];
}

export interface PreparedRow {
  /** Position in the request, from 0. */
  index: number;
  /** Update and delete: 18 characters. */
  id?: string;
  /** Upsert: value of `keyField`, as text. */
  key?: string;
  /** What a new record gets (create, upsert). */
  create?: JsonObject;
  /** What an existing record gets (update, upsert). */
  update?: JsonObject;
  /** Fields of `update` that are written only where the org holds null or empty text. */
  ifEmpty: string[];
  /** It cannot be sent: this row fails without a call. */
  problem?: WriteError;
  /** What happened to each field on the way, for a dry run. */
  notes: FieldNote[];
}

export interface FieldNote {
  /** As the caller wrote it, or the settings key of a default. */
  name: string;
  /** The org's field; absent when it leads to none. */
  field?: string;
  effect:
    | 'sent'
    /** Filled in from the settings. */
    | 'default'
    /** Declared mapping that this customer left unmapped. */
    | 'unmapped'
    /** Not a field, and the object removes those. */
    | 'unknown'
    /** `writeOnCreate: never`. */
    | 'not-on-create'
    /** `writeOnUpdate: never`. */
    | 'not-on-update'
    /** `writeOnUpdate: ifEmpty`: decided when sending … */
    | 'if-empty'
    /** … and then it was written, or held back because the org holds a value. */
    | 'was-empty'
    | 'not-empty';
}

/** Why a record was not written. `message` keeps the org's words (values it echoes are taken out). */
export interface WriteError {
  message: string;
  /** A code of the catalogue. */
  code: string;
  /** The org's own code, verbatim. */
  providerCode?: string;
  fields?: string[];
}

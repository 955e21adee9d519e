/**
 * What a connected org shows to its user, as far as a manifest can be checked against it. Made from describe by the
 * provider; pure data here. Maps are keyed by the name in lower case, since Salesforce names ignore case.
 */
export interface OrgSchema {
  /** How messages call the org: its alias. */
  label: string;
  /** Every object the user can see (global describe). */
  objects: ReadonlyMap<string, OrgObject>;
}

export interface OrgObject {
  name: string;
  queryable: boolean;
  createable: boolean;
  updateable: boolean;
  /** Can be selected for Change Data Capture. */
  watchable: boolean;
  /** Present for the objects of the manifest (sObject describe). */
  fields?: ReadonlyMap<string, OrgField>;
  /** Relationship names (`Owner`, `Account__r`) → names of the objects they lead to. */
  relationships?: ReadonlyMap<string, readonly string[]>;
}

export interface OrgField {
  name: string;
  /** What people call it there. */
  label?: string;
  /** Salesforce's field type: `string`, `reference`, `picklist`, `address`… */
  type: string;
  createable: boolean;
  updateable: boolean;
  nillable: boolean;
  /** For picklists, active values. */
  values?: readonly string[];
  /** Component fields of a compound: `BillingAddress` → `city` → `BillingCity`. Keys in lower case. */
  components?: ReadonlyMap<string, string>;
}

import type { FieldDefinition } from '../../../custom-fields/definition.ts';
import { AmpError } from '../../../errors/amp-error.ts';
import type { Diagnostic } from '../../../errors/diagnostic.ts';
import type { SalesforceClient } from '../rest/client.ts';
import { textLiteral } from '../soql/literal.ts';
import { diffMetadata, type FieldMetadata, metadataOf } from './field-metadata.ts';
import { loadGrants, type PermissionPlan } from './permission-set.ts';

export type FieldAction = 'create' | 'update' | 'none';

export interface FieldChange {
  /** As the org spells it. */
  objectName: string;
  fieldName: string;
  action: FieldAction;
  /** `Text`, `Picklist` …, the platform's word. */
  type: string;
  /** Of an update, in words. */
  changes: string[];
  warnings: string[];
  /** Tooling id of a field that is there. */
  id?: string;
  metadata: FieldMetadata;
}

export interface FieldsPlan {
  fields: FieldChange[];
  permissionSet: PermissionPlan;
}

/** Compares the wanted fields with the org's. Throws `fields-object-unknown`, `fields-type-fixed`, `salesforce-…`, `org-…`. */
export async function planFields(
  client: SalesforceClient,
  definitions: readonly FieldDefinition[],
  signal: AbortSignal,
): Promise<FieldsPlan> {
  const objects = await loadEntities(client, [...new Set(definitions.map(({ objectName }) => objectName))], signal);
  const existing = new Map<string, { id: string; metadata: FieldMetadata }>();
  for (const [name, entity] of objects) {
    const wanted = definitions.filter(({ objectName }) => objectName === name).map(({ fieldName }) => fieldName);
    for (const [field, found] of await loadFields(client, entity.durableId, wanted, signal))
      existing.set(`${entity.name}.${field}`.toLowerCase(), found);
  }
  const fields = definitions.map((definition) => {
    const objectName = objects.get(definition.objectName)!.name;
    const found = existing.get(`${objectName}.${definition.fieldName}`.toLowerCase());
    return planField({ ...definition, objectName }, found);
  });
  refuseTypeChanges(fields, existing);
  // Required fields are visible to everybody; granting them is an error.
  const visible = fields.filter(({ metadata }) => metadata.required !== true);
  return { fields, permissionSet: await loadGrants(client, visible, signal) };
}

function planField(
  definition: FieldDefinition,
  found: { id: string; metadata: FieldMetadata } | undefined,
): FieldChange {
  const { objectName, fieldName } = definition;
  const wanted = metadataOf(definition);
  const common = { objectName, fieldName, type: wanted.type };
  if (!found) return { ...common, action: 'create', changes: [], warnings: [], metadata: wanted };
  const { changes, warnings, merged } = diffMetadata(found.metadata, wanted);
  const action = changes.length > 0 ? 'update' : 'none';
  return { ...common, action, changes, warnings, id: found.id, metadata: merged };
}

/** A wrong guess here would change data: the platform converts some types, and cuts or empties values while doing so. */
function refuseTypeChanges(
  fields: readonly FieldChange[],
  existing: ReadonlyMap<string, { metadata: FieldMetadata }>,
): void {
  const diagnostics = fields.flatMap(({ objectName, fieldName, type }): Diagnostic[] => {
    const there = existing.get(`${objectName}.${fieldName}`.toLowerCase())?.metadata.type;
    if (there === undefined || there === type) return [];
    return [
      {
        code: 'fields-type-fixed',
        severity: 'error',
        message: `${objectName}.${fieldName} is a ${there} field in the org; the file asks for ${type}.`,
        hint: 'Give the new field another name, or delete the old one in Setup first.',
        docsUrl: 'docs/errors.md#fields-type-fixed',
      },
    ];
  });
  if (diagnostics.length > 0)
    throw new AmpError({ code: 'fields-type-fixed', message: diagnostics[0]!.message, diagnostics });
}

interface ToolingAnswer<Row> {
  records: Row[];
}

/** By the file's spelling. A custom object is referred to by an id, a standard one by its name. */
async function loadEntities(client: SalesforceClient, names: readonly string[], signal: AbortSignal) {
  const soql = `SELECT DurableId, QualifiedApiName FROM EntityDefinition WHERE QualifiedApiName IN (${names.map(textLiteral).join(', ')})`;
  const { body } = await client.json<ToolingAnswer<{ DurableId: string; QualifiedApiName: string }>>({
    path: 'tooling/query',
    query: { q: soql },
    signal,
  });
  const found = new Map<string, { name: string; durableId: string }>();
  for (const name of names) {
    const row = body.records.find(({ QualifiedApiName }) => QualifiedApiName.toLowerCase() === name.toLowerCase());
    if (!row) throw new AmpError({ code: 'fields-object-unknown', message: `The org has no object ${name}.` });
    found.set(name, { name: row.QualifiedApiName, durableId: row.DurableId });
  }
  return found;
}

/** The object's own custom fields of these names. Metadata comes with one row at a time only. */
async function loadFields(
  client: SalesforceClient,
  durableId: string,
  fieldNames: readonly string[],
  signal: AbortSignal,
) {
  const wanted = fieldNames.map((name) => textLiteral(name.replace(/__c$/i, ''))).join(', ');
  const soql = `SELECT Id, DeveloperName FROM CustomField WHERE TableEnumOrId = ${textLiteral(durableId)} AND DeveloperName IN (${wanted}) AND NamespacePrefix = null`;
  const { body } = await client.json<ToolingAnswer<{ Id: string; DeveloperName: string }>>({
    path: 'tooling/query',
    query: { q: soql },
    signal,
  });
  return Promise.all(
    body.records.map(async ({ Id, DeveloperName }) => {
      const { body: row } = await client.json<{ Metadata: FieldMetadata }>({
        path: `tooling/sobjects/CustomField/${Id}`,
        signal,
      });
      return [`${DeveloperName}__c`, { id: Id, metadata: row.Metadata }] as const;
    }),
  );
}

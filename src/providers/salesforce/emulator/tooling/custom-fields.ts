import { idChecksum } from '../ids.ts';
import { type CustomField, SalesforceFault } from '../org.ts';
import type { FieldDescribe } from '../rest/describe.ts';
import type { World } from '../world.ts';
import type { ToolingRows } from './tooling-query.ts';

/** Field types of the Metadata API by what describe calls them. */
const describeTypes: Record<string, string> = {
  AutoNumber: 'string',
  Checkbox: 'boolean',
  Currency: 'currency',
  Date: 'date',
  DateTime: 'datetime',
  Email: 'email',
  Html: 'textarea',
  LongTextArea: 'textarea',
  Lookup: 'reference',
  MasterDetail: 'reference',
  MultiselectPicklist: 'multipicklist',
  Number: 'double',
  Percent: 'percent',
  Phone: 'phone',
  Picklist: 'picklist',
  Text: 'string',
  TextArea: 'textarea',
  Time: 'time',
  Url: 'url',
};

interface FieldMetadata {
  type?: string;
  label?: string;
  length?: number;
  precision?: number;
  scale?: number;
  externalId?: boolean;
  unique?: boolean;
  required?: boolean;
  referenceTo?: string;
  relationshipName?: string;
  formula?: string;
  defaultValue?: unknown;
  valueSet?: {
    restricted?: boolean;
    valueSetDefinition?: { value?: { valueName?: string; fullName?: string; label?: string }[] };
  };
}

/** `POST /tooling/sobjects/CustomField` `{FullName: "Account.Tier__c", Metadata: {…}}`. Returns the new field's id. */
export function createCustomField(world: World, body: Record<string, unknown>): string {
  const fullName = String(body.FullName ?? '');
  const metadata = (body.Metadata ?? {}) as FieldMetadata;
  const [, objectName, name] = /^(\w+)\.(\w+__c)$/.exec(fullName) ?? [];
  const object = objectName === undefined ? undefined : world.org.schema.objectName(objectName);
  if (object === undefined)
    throw new SalesforceFault(400, 'FIELD_INTEGRITY_EXCEPTION', `Entity of ${fullName} not found`, ['FullName']);
  if (customFields(world, object).some((field) => field.name.toLowerCase() === name!.toLowerCase())) {
    const message = `There is already a field named ${name} on ${object}.`;
    throw new SalesforceFault(400, 'DUPLICATE_DEVELOPER_NAME', message, ['DeveloperName']);
  }
  world.org.schema.createField(object, readField(name!, metadata));
  return fieldId(object, name!);
}

function readField(name: string, metadata: FieldMetadata): CustomField {
  const type = describeTypes[metadata.type ?? ''];
  if (type === undefined) {
    throw new SalesforceFault(
      400,
      'INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST',
      `Type: bad value for restricted picklist field: ${metadata.type}`,
      ['Type'],
    );
  }
  const values = metadata.valueSet?.valueSetDefinition?.value?.map(
    ({ valueName, fullName, label }) => valueName ?? fullName ?? label ?? '',
  );
  const {
    label,
    length,
    precision,
    scale,
    externalId,
    unique,
    required,
    referenceTo,
    relationshipName,
    formula,
    defaultValue,
  } = metadata;
  const given = {
    label,
    length,
    precision,
    scale,
    externalId,
    unique,
    required,
    referenceTo,
    relationshipName,
    formula,
    defaultValue,
  };
  return {
    ...(Object.fromEntries(
      Object.entries(given).filter(([, value]) => value !== undefined && value !== null),
    ) as Partial<CustomField>),
    name,
    type,
    ...(values ? { picklistValues: values, restrictedPicklist: metadata.valueSet?.restricted === true } : {}),
  };
}

export function deleteCustomField(world: World, id: string): void {
  const row = listCustomFields(world).find((field) => String(field.Id).slice(0, 15) === id.slice(0, 15));
  if (!row) throw new SalesforceFault(404, 'NOT_FOUND', 'The requested resource does not exist');
  world.org.schema.deleteField(String(row.TableEnumOrId), `${String(row.DeveloperName)}__c`);
}

export function listCustomFields(world: World): ToolingRows {
  const { sobjects } = world.org.schema.describeGlobal(world.org.adminUserId, '66.0') as {
    sobjects: { name: string }[];
  };
  return sobjects.flatMap(({ name: object }) =>
    customFields(world, object).map(({ name, label }) => ({
      Id: fieldId(object, name),
      DeveloperName: name.replace(/__c$/, ''),
      TableEnumOrId: object,
      FullName: `${object}.${name}`,
      NamespacePrefix: null,
      MasterLabel: label,
    })),
  );
}

function customFields(world: World, object: string): FieldDescribe[] {
  const { fields } = world.org.schema.describe(object, world.org.adminUserId, '66.0') as { fields: FieldDescribe[] };
  return fields.filter(({ name }) => name.endsWith('__c'));
}

/** Fields have no rows of their own: their id is made from their name, always the same. */
function fieldId(object: string, name: string): string {
  let hash = 0n;
  for (const character of `${object}.${name}`.toLowerCase())
    hash = (hash * 131n + BigInt(character.codePointAt(0)!)) % 36n ** 9n;
  const id15 = `00NAm0${hash.toString(36).padStart(9, '0')}`;
  return id15 + idChecksum(id15);
}

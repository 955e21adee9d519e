import { idChecksum } from '../ids.ts';
import { SalesforceFault } from '../org.ts';
import type { FieldDescribe } from '../rest/describe.ts';
import type { World } from '../world.ts';
import { type FieldMetadata, readFieldMetadata, renderFieldMetadata } from './field-metadata.ts';
import type { ToolingRows } from './tooling-query.ts';

/** Metadata as it was given, by `Account.Tier__c` in lower case: describe does not tell everything. */
const document = 'custom-field-metadata';

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
  const field = readFieldMetadata(name!, metadata);
  if (field.referenceTo !== undefined && world.org.schema.objectName(field.referenceTo) === undefined) {
    const message = `Referenced To: invalid object: ${field.referenceTo}`;
    throw new SalesforceFault(400, 'FIELD_INTEGRITY_EXCEPTION', message, ['ReferenceTo']);
  }
  world.org.schema.createField(object, field);
  keepMetadata(world, object, name!, metadata);
  return idOf('00N', `${object}.${name}`);
}

/** `PATCH /tooling/sobjects/CustomField/{id}`: the whole metadata again; its rows keep their values. */
export function changeCustomField(world: World, id: string, body: Record<string, unknown>): void {
  const { object, field } = findField(world, id);
  const metadata = (body.Metadata ?? {}) as FieldMetadata;
  const wanted = readFieldMetadata(field.name, metadata);
  if (wanted.type !== field.type) {
    const message = `Cannot change the type of ${object}.${field.name} from ${field.type} to ${wanted.type}`;
    throw new SalesforceFault(400, 'FIELD_INTEGRITY_EXCEPTION', message, ['Type']);
  }
  world.org.schema.changeField(object, wanted);
  keepMetadata(world, object, field.name, metadata);
}

export function deleteCustomField(world: World, id: string): void {
  const { object, field } = findField(world, id);
  world.org.schema.deleteField(object, field.name);
  keepMetadata(world, object, field.name, undefined);
}

/** Rows of CustomField. `Metadata` and `FullName` come with a single row only, as on the platform. */
export function listCustomFields(world: World): ToolingRows {
  return objectNames(world).flatMap((object) =>
    customFields(world, object).map((field) => ({
      Id: idOf('00N', `${object}.${field.name}`),
      DeveloperName: field.name.replace(/__c$/, ''),
      TableEnumOrId: entityId(object),
      FullName: `${object}.${field.name}`,
      NamespacePrefix: null,
      MasterLabel: field.label,
      Metadata: keptMetadata(world, object, field.name) ?? renderFieldMetadata(field),
    })),
  );
}

/** Rows of EntityDefinition: `DurableId` is what CustomField.TableEnumOrId refers to. */
export function listEntities(world: World): ToolingRows {
  return objectNames(world).map((object) => ({
    Id: '000000000000000AAA',
    DurableId: entityId(object),
    QualifiedApiName: object,
    DeveloperName: object.replace(/__c$/, ''),
  }));
}

/** Rows of FieldDefinition: standard and custom fields of every object. */
export function listFieldDefinitions(world: World): ToolingRows {
  return objectNames(world).flatMap((object) =>
    allFields(world, object).map(({ name, label }) => ({
      Id: '000000000000000AAA',
      DurableId: `${object}.${name}`,
      QualifiedApiName: name,
      DeveloperName: name.replace(/__c$/, ''),
      Label: label,
      'EntityDefinition.QualifiedApiName': object,
    })),
  );
}

function findField(world: World, id: string): { object: string; field: FieldDescribe } {
  for (const object of objectNames(world)) {
    const field = customFields(world, object).find(({ name }) => sameId(idOf('00N', `${object}.${name}`), id));
    if (field) return { object, field };
  }
  throw new SalesforceFault(404, 'NOT_FOUND', 'The requested resource does not exist');
}

function objectNames(world: World): string[] {
  const { sobjects } = world.org.schema.describeGlobal(world.org.adminUserId, '66.0') as {
    sobjects: { name: string }[];
  };
  return sobjects.map(({ name }) => name);
}

function customFields(world: World, object: string): FieldDescribe[] {
  return allFields(world, object).filter(({ name }) => name.endsWith('__c'));
}

/** The set-up belongs to the org: what field-level security hides from users is there all the same. */
function allFields(world: World, object: string): FieldDescribe[] {
  const nobody = '';
  return (world.org.schema.describe(object, nobody, '66.0') as { fields: FieldDescribe[] }).fields;
}

function keepMetadata(world: World, object: string, name: string, metadata: FieldMetadata | undefined): void {
  const { [`${object}.${name}`.toLowerCase()]: _before, ...others } = readDocument(world);
  world.org.documents.save(document, {
    ...others,
    ...(metadata ? { [`${object}.${name}`.toLowerCase()]: metadata } : {}),
  });
}

const keptMetadata = (world: World, object: string, name: string) =>
  readDocument(world)[`${object}.${name}`.toLowerCase()];

const readDocument = (world: World) => (world.org.documents.load(document) ?? {}) as Record<string, FieldMetadata>;

/** Standard objects are called by their name, custom ones by an id. */
const entityId = (object: string) => (object.endsWith('__c') ? idOf('01I', object) : object);

/** Metadata has no rows of its own: its id is made from its name, always the same. */
function idOf(prefix: string, name: string): string {
  let hash = 0n;
  for (const character of name.toLowerCase()) hash = (hash * 131n + BigInt(character.codePointAt(0)!)) % 36n ** 9n;
  const id15 = `${prefix}Am0${hash.toString(36).padStart(9, '0')}`;
  return id15 + idChecksum(id15);
}

const sameId = (left: string, right: string) => left.slice(0, 15) === right.slice(0, 15);

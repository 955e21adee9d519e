import { masterRecordTypeId } from '../ids.ts';
import { describeField } from './describe-field.ts';
import type { FieldDefinition } from './field.ts';
import type { ObjectDefinition } from './object.ts';
import type { ChildRelationship, FieldAccess } from './org-schema.ts';
import { recordTypeId } from './record-types.ts';

/** Describe JSON with the platform's key sets (Describe Global and sObject Describe resources). */
export interface DescribedSchema {
  fields(object: ObjectDefinition, userId: string): FieldDefinition[];
  access(object: ObjectDefinition, field: FieldDefinition, userId: string): FieldAccess;
  children(object: ObjectDefinition): ChildRelationship[];
}

export function renderGlobalDescribe(objects: ObjectDefinition[], apiVersion: string): unknown {
  const sorted = [...objects].sort((a, b) => (a.name < b.name ? -1 : 1));
  return { encoding: 'UTF-8', maxBatchSize: 200, sobjects: sorted.map((object) => globalEntry(object, apiVersion)) };
}

function globalEntry(object: ObjectDefinition, apiVersion: string) {
  return {
    activateable: false,
    associateEntityType: null,
    associateParentEntity: null,
    createable: object.createable,
    custom: object.custom,
    customSetting: false,
    deepCloneable: object.deepCloneable,
    deletable: object.deletable,
    deprecatedAndHidden: false,
    feedEnabled: object.feedEnabled,
    hasSubtypes: false,
    isInterface: false,
    isSubtype: false,
    keyPrefix: object.keyPrefix,
    label: object.label,
    labelPlural: object.labelPlural,
    layoutable: object.layoutable,
    mergeable: object.mergeable,
    mruEnabled: object.mruEnabled,
    name: object.name,
    queryable: true,
    replicateable: true,
    retrieveable: true,
    searchable: object.searchable,
    triggerable: object.triggerable,
    undeletable: object.undeletable,
    updateable: object.updateable,
    urls: objectUrls(object, apiVersion),
  };
}

function objectUrls(object: ObjectDefinition, apiVersion: string): Record<string, string> {
  const base = `/services/data/v${apiVersion}/sobjects/${object.name}`;
  const plain = { rowTemplate: `${base}/{ID}`, describe: `${base}/describe`, sobject: base };
  if (!object.layoutable) return plain;
  return {
    compactLayouts: `${base}/describe/compactLayouts`,
    rowTemplate: plain.rowTemplate,
    ...(object.listViews && { approvalLayouts: `${base}/describe/approvalLayouts`, listviews: `${base}/listviews` }),
    describe: plain.describe,
    quickActions: `${base}/quickActions`,
    layouts: `${base}/describe/layouts`,
    sobject: base,
    ...Object.fromEntries(Object.entries(object.moreUrls).map(([key, path]) => [key, `${base}/${path}`])),
  };
}

/** Version 48 did not have three of the keys yet. */
const recentKeysSince = 49;

export function renderObjectDescribe(
  schema: DescribedSchema,
  object: ObjectDefinition,
  userId: string,
  apiVersion: string,
): unknown {
  const fields = schema.fields(object, userId);
  const recent = Number(apiVersion) >= recentKeysSince;
  return {
    actionOverrides: [],
    activateable: false,
    ...(recent && { associateEntityType: null, associateParentEntity: null }),
    childRelationships: schema.children(object).map(childRelationship),
    compactLayoutable: object.layoutable,
    createable: object.createable,
    custom: object.custom,
    customSetting: false,
    deepCloneable: object.deepCloneable,
    defaultImplementation: null,
    deletable: object.deletable,
    deprecatedAndHidden: false,
    extendedBy: null,
    extendsInterfaces: null,
    feedEnabled: object.feedEnabled,
    fields: fields.map((field) => describeField(object, field, schema.access(object, field, userId))),
    hasSubtypes: false,
    implementedBy: null,
    implementsInterfaces: null,
    isInterface: false,
    isSubtype: false,
    keyPrefix: object.keyPrefix,
    label: object.label,
    labelPlural: object.labelPlural,
    layoutable: object.layoutable,
    listviewable: null,
    lookupLayoutable: null,
    mergeable: object.mergeable,
    mruEnabled: object.mruEnabled,
    name: object.name,
    namedLayoutInfos: [],
    networkScopeFieldName: null,
    queryable: true,
    recordTypeInfos: recordTypeInfos(object, apiVersion),
    replicateable: true,
    retrieveable: true,
    searchLayoutable: object.searchLayoutable,
    searchable: object.searchable,
    ...(recent && { sobjectDescribeOption: 'FULL' }),
    supportedScopes: object.scopes,
    triggerable: object.triggerable,
    undeletable: object.undeletable,
    updateable: object.updateable,
    urls: {
      ...objectUrls(object, apiVersion),
      ...(object.layoutable && {
        uiDetailTemplate: '/{ID}',
        uiEditTemplate: '/{ID}/e',
        uiNewRecord: `/${object.keyPrefix}/e`,
        defaultValues: `/services/data/v${apiVersion}/sobjects/${object.name}/defaultValues?recordTypeId&fields`,
      }),
    },
  };
}

function childRelationship({ child, field }: ChildRelationship) {
  return {
    cascadeDelete: field.cascadeDelete,
    childSObject: child.name,
    deprecatedAndHidden: false,
    field: field.name,
    junctionIdListNames: [],
    junctionReferenceTo: [],
    relationshipName: field.childRelationshipName,
    restrictedDelete: field.restrictedDelete,
  };
}

function recordTypeInfos(object: ObjectDefinition, apiVersion: string) {
  const layouts = `/services/data/v${apiVersion}/sobjects/${object.name}/describe/layouts`;
  const info = (name: string, developerName: string, id: string, master: boolean, isDefault: boolean) => ({
    active: true,
    available: true,
    defaultRecordTypeMapping: isDefault,
    developerName,
    master,
    name,
    recordTypeId: id,
    urls: { layout: `${layouts}/${id}` },
  });
  return [
    ...object.recordTypes.map((type) =>
      info(type.name, type.developerName, recordTypeId(object, type), false, type.isDefault),
    ),
    info('Master', 'Master', masterRecordTypeId, true, object.recordTypes.length === 0),
  ];
}

import { findObject } from '../manifest/identity.ts';
import type { Integration, Manifest, ReadObject, SubscribeObject, WatchSchema } from '../manifest/manifest.ts';
import type { OrgObject, OrgSchema } from '../manifest/org-schema.ts';
import { renderFieldTypes } from './field-types.ts';
import { sharedTypes } from './shared-types.ts';
import { literal, uniqueTypeNames } from './typescript.ts';

/** TypeScript of every webhook message a manifest makes: read, subscribe, schema watch; with an org, the fields' own types. */
export function renderMessageTypes(manifest: Manifest, file: string, org?: OrgSchema): string {
  const nameType = uniqueTypeNames();
  const parts: string[] = [];
  const messages: string[] = [];
  for (const integration of manifest.integrations) {
    for (const object of integration.read?.objects ?? []) {
      const base = nameType(integration.name, deliveredName(object));
      const subscribed = findObject(integration.provider, integration.subscribe?.objects, object.objectName);
      parts.push(objectTypes(base, object, subscribed, objectIn(org, integration, object)));
      messages.push(`${base}Read`, ...(subscribed && hasEvents(subscribed) ? [`${base}Event`] : []));
    }
    const lonely = (integration.subscribe?.objects ?? []).filter(
      (object) => !findObject(integration.provider, integration.read?.objects, object.objectName) && hasEvents(object),
    );
    for (const object of lonely) {
      const base = nameType(integration.name, object.objectName);
      parts.push(`export type ${base}Event = SubscribeMessage<${literal(object.objectName)}, AnyFields, AnyFields>;`);
      messages.push(`${base}Event`);
    }
    if (integration.watchSchema) {
      const base = nameType(integration.name, 'schema change');
      parts.push(schemaType(base, integration, integration.watchSchema));
      messages.push(base);
    }
  }
  return [
    `// Written by amp types from ${file.replaceAll(/[\r\n]/g, ' ')}. Do not edit: run amp types again.`,
    '',
    '/** Every webhook message of this manifest; tell them apart by `action`, then by `objectName`. */',
    messages.length === 0 ? 'export type AmpMessage = never;' : 'export type AmpMessage =',
    ...messages.map((name, index) => `  | ${name}${index === messages.length - 1 ? ';' : ''}`),
    '',
    ...parts.flatMap((part) => [part, '']),
    sharedTypes,
  ].join('\n');
}

function deliveredName(object: ReadObject): string {
  return object.mapToName ?? object.objectName;
}

function objectIn(org: OrgSchema | undefined, integration: Integration, object: ReadObject): OrgTypes | undefined {
  const known = integration.provider.startsWith('salesforce')
    ? org?.objects.get(object.objectName.toLowerCase())
    : undefined;
  return known && org ? { object: known, org } : undefined;
}

/** Where the types of fields come from. */
export interface OrgTypes {
  object: OrgObject;
  org: OrgSchema;
}

function hasEvents(object: SubscribeObject): boolean {
  const { createEvent, updateEvent, deleteEvent, associationChangeEvent, otherEvents } = object;
  return createEvent || deleteEvent || !!updateEvent || !!associationChangeEvent || otherEvents.length > 0;
}

function objectTypes(
  base: string,
  object: ReadObject,
  subscribed: SubscribeObject | undefined,
  types: OrgTypes | undefined,
): string {
  const name = literal(deliveredName(object));
  return [
    renderFieldTypes(base, object, types),
    '',
    `export type ${base}Read = ReadMessage<${name}, ${base}Fields, ${base}MappedFields>;`,
    ...(subscribed && hasEvents(subscribed)
      ? [`export type ${base}Event = SubscribeMessage<${name}, ${base}Fields, ${base}MappedFields>;`]
      : []),
  ].join('\n');
}

function schemaType(base: string, integration: Integration, watch: WatchSchema): string {
  const names = (integration.read?.objects ?? []).map((object) => literal(deliveredName(object)));
  const kinds = [
    ...(watch.fieldCreated ? ["'createdFields'"] : []),
    ...(watch.fieldDeleted ? ["'deletedFields'"] : []),
    ...(watch.fieldChanged ? ["'changedFields'"] : []),
  ];
  return `export type ${base} = SchemaMessage<${names.join(' | ') || 'never'}, ${kinds.join(' | ') || 'never'}>;`;
}

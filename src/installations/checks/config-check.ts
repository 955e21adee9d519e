import { fieldKey, mappedKey, objectKey } from '../../manifest/identity.ts';
import type { Integration, ReadObject } from '../../manifest/manifest.ts';
import type { OrgField, OrgObject, OrgSchema } from '../../manifest/org-schema.ts';
import type { InstallationConfig } from '../config.ts';
import type { ConfigFinding } from '../finding.ts';

/** What a config is checked against. */
export interface ConfigSubject {
  integration: Integration;
  config: InstallationConfig;
  /** What the org shows to its user; absent = checked without an org. */
  schema?: OrgSchema | undefined;
  /** Names of the destinations there are; absent = not known. */
  destinations?: readonly string[] | undefined;
  /** The config so far: objects it had may stay, though a later manifest dropped them. */
  previous?: InstallationConfig | undefined;
  /** The local runtime has no quota optimisation. */
  environment: 'local' | 'hosted';
}

export type ConfigCheck = (subject: ConfigSubject) => ConfigFinding[];

/** `$.read.objects.lead`, or with brackets for names that are not plain words. */
export function at(...names: (string | number)[]): string {
  return names.reduce<string>((path, name) => {
    if (typeof name === 'number') return `${path}[${name}]`;
    return /^[A-Za-z_]\w*$/.test(name) ? `${path}.${name}` : `${path}[${JSON.stringify(name)}]`;
  }, '$');
}

/** The manifest's object behind a key of the config. */
export function manifestObject<Item extends { objectName: string }>(
  { integration }: ConfigSubject,
  objects: readonly Item[] | undefined,
  name: string,
): Item | undefined {
  const key = objectKey(integration.provider, name);
  return objects?.find((object) => objectKey(integration.provider, object.objectName) === key);
}

/** The org's object; undefined without an org or when it was not described. */
export function orgObject({ schema }: ConfigSubject, objectName: string): OrgObject | undefined {
  const object = schema?.objects.get(objectName.toLowerCase());
  return object?.fields ? object : undefined;
}

/**
 * Whether the org has the field a name or path means. A path leads into a compound field, over a relationship (its first
 * step is looked at), or into the record itself (`attributes`).
 */
export function hasField(object: OrgObject, written: string): boolean {
  const [first = '', second] = pathSteps(written);
  const key = first.toLowerCase();
  if (second === undefined) return object.fields?.has(key) === true;
  const components = object.fields?.get(key)?.components;
  if (components) return components.has(second.toLowerCase());
  return object.relationships?.has(key) === true || object.fields?.has(key) === true || key === 'attributes';
}

/** The described field behind a plain name or a compound path; undefined for anything further away. */
export function describedField(object: OrgObject, written: string): OrgField | undefined {
  const [first = '', second] = pathSteps(written);
  const field = object.fields?.get(first.toLowerCase());
  if (second === undefined) return field;
  const component = field?.components?.get(second.toLowerCase());
  return component === undefined ? undefined : object.fields?.get(component.toLowerCase());
}

/** The source field a name of the config means: a mapped name through the config or the manifest, else itself. */
export function sourceOf({ integration, config }: ConfigSubject, object: ReadObject, name: string): string {
  const key = mappedKey(name);
  const own = Object.entries(config.read?.objects ?? {}).find(
    ([one]) => objectKey(integration.provider, one) === objectKey(integration.provider, object.objectName),
  )?.[1];
  const chosen = Object.entries(own?.selectedFieldMappings ?? {}).find(([mapped]) => mappedKey(mapped) === key)?.[1];
  if (chosen !== undefined) return chosen;
  const dynamic = own?.dynamicMappingsInput?.find((entry) => mappedKey(entry.mapToName) === key)?.fieldName;
  if (dynamic !== undefined) return dynamic;
  const entry = [...object.requiredFields, ...object.optionalFields].find(
    (one) => one.mapToName !== undefined && mappedKey(one.mapToName) === key,
  );
  if (entry?.kind === 'fixed') return entry.fieldName;
  return entry?.default ?? name;
}

/** Both causes, since the API does not tell them apart. */
export const missingFieldHint =
  'Check the name (was the field deleted or renamed?), then the field-level security of the connected user.';

function pathSteps(written: string): string[] {
  const key = fieldKey('', written);
  return key.startsWith('$[') ? [...key.matchAll(/\['((?:[^'\\]|\\.)*)'\]/g)].map((step) => step[1]!) : [key];
}

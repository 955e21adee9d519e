import { AmpError } from '../errors/amp-error.ts';
import { fieldKey, findObject, mappedKey } from '../manifest/identity.ts';
import type { FieldEntry, Integration, ReadObject } from '../manifest/manifest.ts';
import type { OrgSchema } from '../manifest/org-schema.ts';
import { suggest } from '../manifest/suggest.ts';
import { hasField } from './checks/config-check.ts';
import { readConfigOf, withReadConfig } from './choices.ts';
import type { InstallationConfig, ReadObjectConfig } from './config.ts';

/** Choices as flags give them: `forecastNote=Forecast_Note__c`, `Amount`, each optionally after `opportunity:`. */
export interface FlagChoices {
  map?: readonly string[] | undefined;
  field?: readonly string[] | undefined;
}

/** Whether what the choices mean depends on the org: an object that offers every field offers those it has. */
export function needsSchema(integration: Integration, choices: FlagChoices): boolean {
  const isLoose = (choices.field ?? []).some((text) => splitObject(text).object === undefined);
  return isLoose && (integration.read?.objects ?? []).some(({ optionalFieldsAuto }) => optionalFieldsAuto === 'all');
}

/**
 * The config with the flags' choices added. A choice without an object applies to every read object that offers it; where an
 * object offers every field, to those that have it in the org (`schema`). Throws `usage` for a flag that is not of its form,
 * `config-choice-unknown` for one that no object offers.
 */
export function applyChoices(
  integration: Integration,
  config: InstallationConfig,
  choices: FlagChoices,
  schema?: OrgSchema,
): InstallationConfig {
  let result = config;
  for (const text of choices.map ?? []) {
    const { object, name: pair } = splitObject(text);
    const at = pair.indexOf('=');
    if (at < 1 || at === pair.length - 1) {
      throw new AmpError({ code: 'usage', message: `--map ${text} is not of the form name=Field.` });
    }
    const [name, source] = [pair.slice(0, at), pair.slice(at + 1)];
    const targets = targetsOf(integration, result, object, (read) => offersMapping(read, name, result));
    if (targets.length === 0) throw notOffered('--map', name, integration, object);
    for (const target of targets) {
      result = withReadConfig(result, integration.provider, target.objectName, (own) => ({
        ...own,
        selectedFieldMappings: { ...own.selectedFieldMappings, [name]: source },
      }));
    }
  }
  for (const text of choices.field ?? []) {
    const { object, name } = splitObject(text);
    const known = object === undefined ? schema : undefined;
    const offers = (read: ReadObject) => offersField(integration.provider, read, name, known);
    const targets = targetsOf(integration, result, object, offers);
    if (targets.length === 0) throw notOffered('--field', name, integration, object, known);
    for (const target of targets) {
      result = withReadConfig(result, integration.provider, target.objectName, (own) => ({
        ...own,
        selectedFields: { ...own.selectedFields, [knownSpelling(integration.provider, own, name)]: true },
      }));
    }
  }
  return result;
}

/** Chosen mapping of the manifest, or one the config itself declares (`dynamicMappingsInput`). */
function offersMapping(object: ReadObject, name: string, config: InstallationConfig): boolean {
  const key = mappedKey(name);
  const dynamic = config.read?.objects[object.objectName]?.dynamicMappingsInput ?? [];
  const isChoice = (entry: FieldEntry) => entry.kind === 'chosen' && mappedKey(entry.mapToName) === key;
  return (
    [...object.requiredFields, ...object.optionalFields].some(isChoice) ||
    dynamic.some((entry) => mappedKey(entry.mapToName) === key)
  );
}

function offersField(provider: string, object: ReadObject, name: string, schema: OrgSchema | undefined): boolean {
  const key = fieldKey(provider, name);
  const listed = [...object.requiredFields, ...object.optionalFields].some(
    (entry) => entry.kind === 'fixed' && fieldKey(provider, entry.fieldName) === key,
  );
  if (listed || object.optionalFieldsAuto !== 'all') return listed;
  const org = schema?.objects.get(object.objectName.toLowerCase());
  return !org?.fields || hasField(org, name);
}

/** The object named, or else those of the config that offer it: a choice alone does not add what a config leaves out. */
function targetsOf(
  integration: Integration,
  config: InstallationConfig,
  object: string | undefined,
  offers: (object: ReadObject) => boolean,
): ReadObject[] {
  const { provider } = integration;
  const offering = (integration.read?.objects ?? []).filter(offers);
  if (object !== undefined) return offering.filter((read) => read === objectNamed(integration, object));
  const read = offering.filter(
    ({ objectName, enabled }) => enabled === 'always' || readConfigOf(provider, config, objectName) !== undefined,
  );
  if (read.length > 0 || offering.length === 0) return read;
  const [first] = offering;
  throw new AmpError({
    code: 'config-choice-unknown',
    message: `Only objects the config leaves out offer it: ${offering.map(({ objectName }) => objectName).join(', ')}.`,
    hint: `Put the object in front to read it, too: ${first!.objectName}:…`,
  });
}

/** A field chosen before in another case is the same field. */
function knownSpelling(provider: string, own: ReadObjectConfig, name: string): string {
  const key = fieldKey(provider, name);
  return Object.keys(own.selectedFields ?? {}).find((chosen) => fieldKey(provider, chosen) === key) ?? name;
}

/** By the provider's name or by yours. */
function objectNamed(integration: Integration, name: string): ReadObject {
  const { provider } = integration;
  const objects = integration.read?.objects ?? [];
  const found = findObject(provider, objects, name) ?? objects.find((read) => read.mapToName === name);
  if (found) return found;
  const near = suggest(
    name,
    objects.map(({ objectName }) => objectName),
  );
  throw new AmpError({
    code: 'config-choice-unknown',
    message: `"${integration.name}" reads no object "${name}".`,
    hint: near ? `Did you mean ${near}?` : `It reads ${objects.map(({ objectName }) => objectName).join(', ')}.`,
  });
}

function splitObject(text: string): { object: string | undefined; name: string } {
  const match = /^([A-Za-z][\w/.-]*):(.+)$/s.exec(text);
  return match ? { object: match[1], name: match[2]! } : { object: undefined, name: text };
}

function notOffered(
  flag: string,
  name: string,
  integration: Integration,
  object: string | undefined,
  schema?: OrgSchema,
): AmpError {
  const objects = object === undefined ? (integration.read?.objects ?? []) : [objectNamed(integration, object)];
  const isOffered = (entry: FieldEntry) => entry.kind === (flag === '--map' ? 'chosen' : 'fixed');
  const offered = objects
    .flatMap((read) => [...read.requiredFields, ...read.optionalFields].filter(isOffered))
    .map((entry) => (entry.kind === 'fixed' ? entry.fieldName : entry.mapToName));
  const where = object === undefined ? `"${integration.name}"` : `object "${object}" of "${integration.name}"`;
  const inOrg = [...(schema?.objects.values() ?? [])].flatMap((one) => [...(one.fields?.values() ?? [])]);
  // One spelling each, the manifest's where it has one: two would be equally near.
  const spellings = new Map([...inOrg.map((field) => field.name), ...offered].map((one) => [one.toLowerCase(), one]));
  const near = suggest(name, spellings.values());
  const offers = offered.length > 0 ? `It offers ${[...new Set(offered)].join(', ')}.` : undefined;
  const hint = near ? `Did you mean ${near}?` : offers;
  return new AmpError({
    code: 'config-choice-unknown',
    message: schema
      ? `${flag} ${name}: no object of ${where} lists it or has it in ${schema.label}.`
      : `${flag} ${name}: ${where} does not offer it.`,
    ...(hint !== undefined && { hint }),
  });
}

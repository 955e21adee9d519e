import { AmpError } from '../errors/amp-error.ts';
import { fieldKey, mappedKey, objectKey } from '../manifest/identity.ts';
import type { FieldEntry, Integration, ReadObject } from '../manifest/manifest.ts';
import { withReadConfig } from './choices.ts';
import type { InstallationConfig } from './config.ts';

/** Choices as flags give them: `forecastNote=Forecast_Note__c`, `Amount`, each optionally after `opportunity:`. */
export interface FlagChoices {
  map?: readonly string[] | undefined;
  field?: readonly string[] | undefined;
}

/**
 * The config with the flags' choices added. A choice without an object applies to every read object that offers it. Throws
 * `usage` for a flag that is not of its form, `config-choice-unknown` for one that no object offers.
 */
export function applyChoices(
  integration: Integration,
  config: InstallationConfig,
  choices: FlagChoices,
): InstallationConfig {
  let result = config;
  for (const text of choices.map ?? []) {
    const { object, name: pair } = splitObject(text);
    const at = pair.indexOf('=');
    if (at < 1 || at === pair.length - 1) {
      throw new AmpError({ code: 'usage', message: `--map ${text} is not of the form name=Field.` });
    }
    const [name, source] = [pair.slice(0, at), pair.slice(at + 1)];
    const targets = targetsOf(integration, object, (read) => offersMapping(read, name, result));
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
    const targets = targetsOf(integration, object, (read) => offersField(integration.provider, read, name));
    if (targets.length === 0) throw notOffered('--field', name, integration, object);
    for (const target of targets) {
      result = withReadConfig(result, integration.provider, target.objectName, (own) => ({
        ...own,
        selectedFields: { ...own.selectedFields, [name]: true },
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

function offersField(provider: string, object: ReadObject, name: string): boolean {
  const key = fieldKey(provider, name);
  const listed = [...object.requiredFields, ...object.optionalFields].some(
    (entry) => entry.kind === 'fixed' && fieldKey(provider, entry.fieldName) === key,
  );
  return listed || object.optionalFieldsAuto === 'all';
}

function targetsOf(
  integration: Integration,
  object: string | undefined,
  offers: (object: ReadObject) => boolean,
): ReadObject[] {
  const { provider } = integration;
  const key = object === undefined ? undefined : objectKey(provider, object);
  return (integration.read?.objects ?? [])
    .filter((read) => key === undefined || objectKey(provider, read.objectName) === key)
    .filter(offers);
}

function splitObject(text: string): { object: string | undefined; name: string } {
  const match = /^([A-Za-z][\w/.-]*):(.+)$/s.exec(text);
  return match ? { object: match[1], name: match[2]! } : { object: undefined, name: text };
}

function notOffered(flag: string, name: string, integration: Integration, object: string | undefined): AmpError {
  const offered = (integration.read?.objects ?? []).flatMap((read) =>
    [...read.requiredFields, ...read.optionalFields].flatMap((entry) =>
      flag === '--map'
        ? entry.kind === 'chosen'
          ? [entry.mapToName]
          : []
        : entry.kind === 'fixed'
          ? [entry.fieldName]
          : [],
    ),
  );
  const where = object === undefined ? `"${integration.name}"` : `object "${object}" of "${integration.name}"`;
  return new AmpError({
    code: 'config-choice-unknown',
    message: `${flag} ${name}: ${where} does not offer it.`,
    ...(offered.length > 0 && { hint: `It offers ${[...new Set(offered)].join(', ')}.` }),
  });
}

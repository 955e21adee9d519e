import type { InstallationConfig } from './config.ts';
import type { ConfigFinding } from './finding.ts';

/**
 * Reads installation config from JSON: types and keys, nothing about the manifest or the org. Unknown keys are warnings (the
 * hosted platform may know more), wrong types errors. The config is given when there is no error.
 */
export function parseConfig(value: unknown): { config: InstallationConfig | undefined; findings: ConfigFinding[] } {
  const findings: ConfigFinding[] = [];
  configShape(value, '$', findings);
  const failed = findings.some((finding) => finding.severity === 'error');
  return { config: failed ? undefined : (value as InstallationConfig), findings };
}

type Shape = (value: unknown, path: string, findings: ConfigFinding[]) => void;

const text: Shape = (value, path, findings) => expectType(typeof value === 'string', 'text', value, path, findings);
const flag: Shape = (value, path, findings) =>
  expectType(typeof value === 'boolean', 'true or false', value, path, findings);
const whole: Shape = (value, path, findings) =>
  expectType(Number.isInteger(value), 'a whole number', value, path, findings);
// What a filter may compare with, and what defaults hold, is a rule of its own with a better message.
const anything: Shape = () => {};

const oneOf =
  (...words: string[]): Shape =>
  (value, path, findings) =>
    expectType(words.includes(value as string), words.map((word) => `"${word}"`).join(' or '), value, path, findings);

const listOf =
  (item: Shape): Shape =>
  (value, path, findings) => {
    if (!expectType(Array.isArray(value), 'a list', value, path, findings)) return;
    for (const [index, one] of (value as unknown[]).entries()) item(one, `${path}[${index}]`, findings);
  };

const mapOf =
  (item: Shape): Shape =>
  (value, path, findings) => {
    if (!expectType(isMapping(value), 'a mapping', value, path, findings)) return;
    for (const [key, one] of Object.entries(value as object)) item(one, keyPath(path, key), findings);
  };

function object(keys: Record<string, Shape>, required: string[] = [], misspelt: Record<string, string> = {}): Shape {
  return (value, path, findings) => {
    if (!expectType(isMapping(value), 'a mapping', value, path, findings)) return;
    const entries = value as Record<string, unknown>;
    for (const [key, one] of Object.entries(entries)) {
      const shape = Object.hasOwn(keys, key) ? keys[key] : undefined;
      if (shape) {
        // null is as good as leaving the key out.
        if (one !== null) shape(one, keyPath(path, key), findings);
      } else {
        const hint = misspelt[key] ?? `Known keys: ${Object.keys(keys).join(', ')}.`;
        findings.push({
          code: 'config-unknown-key',
          severity: 'warning',
          path: keyPath(path, key),
          message: `"${key}" is not a key of the installation config and is ignored.`,
          hint,
        });
      }
    }
    for (const key of required) {
      if (entries[key] !== undefined && entries[key] !== null) continue;
      findings.push(invalid(path, `"${key}" is missing.`));
    }
  };
}

const period = object({ days: whole, fullHistory: flag });
const filters = listOf(object({ fieldName: text, operator: text, value: anything }, ['fieldName', 'operator']));
const event = object({ enabled: oneOf('always', 'never') });
const defaults = object({ stringValue: anything, integerValue: anything, booleanValue: anything });
const misspeltRead = {
  selectedFieldsMappings: 'The key is selectedFieldMappings; the longer spelling is a misprint of one public page.',
};

const readObject = object(
  {
    objectName: text,
    schedule: text,
    destination: text,
    disabled: flag,
    selectedFields: mapOf(flag),
    selectedFieldsAuto: oneOf('all'),
    selectedFieldMappings: mapOf(text),
    selectedValueMappings: mapOf(mapOf(text)),
    dynamicMappingsInput: listOf(
      object(
        {
          mapToName: text,
          mapToDisplayName: text,
          prompt: text,
          fieldName: text,
          mappedValues: listOf(object({ mappedValue: text, mappedDisplayValue: text }, ['mappedValue'])),
        },
        ['mapToName'],
      ),
    ),
    fieldFilters: filters,
    backfill: object({ defaultPeriod: period, fieldFilters: filters }),
  },
  ['objectName'],
  misspeltRead,
);

const writeObject = object(
  {
    objectName: text,
    inheritMapping: flag,
    deletionSettings: object({ enabled: flag }, ['enabled']),
    removeUnmappedFields: flag,
    selectedFieldSettings: mapOf(
      object({
        default: defaults,
        writeOnCreate: oneOf('always', 'never'),
        writeOnUpdate: oneOf('always', 'never', 'ifEmpty'),
      }),
    ),
    selectedValueDefaults: mapOf(object({ value: defaults, applyOnUpdate: oneOf('always', 'never') }, ['value'])),
  },
  ['objectName'],
);

const subscribeObject = object(
  {
    objectName: text,
    destination: text,
    inheritFieldsAndMappings: flag,
    createEvent: event,
    updateEvent: object({
      enabled: oneOf('always', 'never'),
      watchFieldsAuto: oneOf('all'),
      requiredWatchFields: listOf(text),
    }),
    deleteEvent: event,
    otherEvents: listOf(text),
    ignoreOwnWrites: flag,
    providerOptions: object({ quotaOptimization: object({ enabled: flag }, ['enabled']) }),
  },
  ['objectName', 'inheritFieldsAndMappings'],
  { inheritFieldsAndMapping: 'In installation config it ends in s: inheritFieldsAndMappings.' },
);

const objects = (shape: Shape) => object({ objects: mapOf(shape) }, ['objects']);

const configShape = object(
  {
    provider: text,
    read: objects(readObject),
    write: objects(writeObject),
    subscribe: objects(subscribeObject),
    proxy: object({ enabled: flag }, ['enabled']),
  },
  ['provider'],
);

function expectType(
  holds: boolean,
  expected: string,
  value: unknown,
  path: string,
  findings: ConfigFinding[],
): boolean {
  if (!holds) findings.push(invalid(path, `${sayType(value)} stands where ${expected} is expected.`));
  return holds;
}

function invalid(path: string, message: string): ConfigFinding {
  return { code: 'installation-config-invalid', severity: 'error', path, message };
}

function isMapping(value: unknown): boolean {
  return value !== null && typeof value === 'object' && !Array.isArray(value);
}

function sayType(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'A list';
  if (typeof value === 'object') return 'A mapping';
  return typeof value === 'string' ? 'Text' : `${value}`;
}

function keyPath(path: string, key: string): string {
  return /^[A-Za-z_]\w*$/.test(key) ? `${path}.${key}` : `${path}[${JSON.stringify(key)}]`;
}

import { readFileSync } from 'node:fs';
import { AmpError } from '../../../errors/amp-error.ts';
import { fileUnreadable } from '../../../platform/files.ts';
import { changeRecords } from './admin/record-changes.ts';
import { type CustomField, type EmulatedOrg, SalesforceFault } from './org.ts';

/**
 * A seed of one's own: custom objects and fields, then records by object. A record may carry `$ref`, a name that others use as
 * `"@name"` in place of its id.
 */
export interface SeedFile {
  objects?: { name: string; label?: string; fields?: CustomField[] }[];
  fields?: (CustomField & { object: string })[];
  records?: Record<string, Record<string, unknown>[]>;
}

/** Throws `file-unreadable` or `emulator-data-invalid`. */
export function readSeedFile(path: string): SeedFile {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    throw fileUnreadable(path, error);
  }
  let seed: unknown;
  try {
    seed = JSON.parse(text);
  } catch (error) {
    throw new AmpError({
      code: 'emulator-data-invalid',
      message: `${path}: ${(error as Error).message}.`,
      cause: error,
    });
  }
  const isObject = typeof seed === 'object' && seed !== null && !Array.isArray(seed);
  if (!isObject) throw noSeed(`${path}: expected an object with records.`);
  const strange = Object.keys(seed as object).find((key) => !['objects', 'fields', 'records'].includes(key));
  // A seed without effect would be an empty org, and a long search.
  if (strange !== undefined) throw noSeed(`${path}: a seed has objects, fields and records, and no "${strange}".`);
  return seed as SeedFile;
}

function noSeed(message: string): AmpError {
  const hint = 'Records stand by object: {"records": {"Account": [{"Name": "Acme"}]}}.';
  return new AmpError({ code: 'emulator-data-invalid', message, hint });
}

/** Puts a seed into a new org. Throws `emulator-data-invalid` with the platform's words. */
export function applySeed(org: EmulatedOrg, seed: SeedFile): void {
  try {
    for (const object of seed.objects ?? []) org.schema.createObject(object);
    for (const { object, ...field } of seed.fields ?? []) org.schema.createField(object, field);
    const ids = new Map<string, string>();
    for (const [object, records] of Object.entries(seed.records ?? {})) {
      const changes = records.map(({ $ref: _name, ...values }) => ({
        change: 'create' as const,
        object,
        values: Object.fromEntries(Object.entries(values).map(([name, value]) => [name, resolve(value, ids)])),
      }));
      for (const [index, id] of changeRecords(org, changes).entries()) {
        const name = records[index]!.$ref;
        if (typeof name === 'string') ids.set(`@${name}`, id);
      }
    }
  } catch (error) {
    if (!(error instanceof SalesforceFault)) throw error;
    throw new AmpError({ code: 'emulator-data-invalid', message: `Seed: ${error.message}.`, cause: error });
  }
}

const resolve = (value: unknown, ids: Map<string, string>) =>
  typeof value === 'string' ? (ids.get(value) ?? value) : value;

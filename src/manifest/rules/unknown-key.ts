import type { MappingSpec } from '../key-spec.ts';
import { quote } from '../quote.ts';
import { renameKey } from '../repairs.ts';
import { defineRule } from '../rule.ts';
import { suggest } from '../suggest.ts';

export const unknownKey = defineRule({
  id: 'unknown-key',
  severity: 'warning',
  group: 'File and keys',
  summary: 'A key is not part of the manifest language at this place and is ignored.',
  why: 'A misspelt key does nothing, silently: a `scheduel` never runs. Keys of the installation config (filters, selected fields, deletion settings) do not belong in the manifest either.',
  check(file, report) {
    for (const fault of file.decodeFaults) {
      if (fault.kind !== 'unknown-key') continue;
      const { spot, written, spec, siblings } = fault;
      const message = `${quote(written)} is not a manifest key and is ignored.`;
      const special = specialHint(written);
      if (special) {
        const singular = written.toLowerCase() === 'inheritfieldsandmappings' ? 'inheritFieldsAndMapping' : undefined;
        const fixable = singular && singular in spec.keys && !siblings.has(singular);
        report(spot, {
          at: 'key',
          message,
          hint: special,
          ...(fixable ? { fix: renameKey(spot, written, singular) } : {}),
        });
        continue;
      }
      const close = suggest(written, Object.keys(spec.keys));
      if (close) {
        const free = !siblings.has(close);
        report(spot, {
          at: 'key',
          message,
          hint: `Did you mean ${quote(close)}?`,
          ...(free ? { fix: renameKey(spot, written, close) } : {}),
        });
      } else {
        report(spot, { at: 'key', message, hint: `${placeOf(spec)} takes ${keysOf(spec)}.` });
      }
    }
  },
});

/** Keys of the installation config that look at home in a manifest. */
const installationKeys = new Set(
  [
    'disabled',
    'selectedFields',
    'selectedFieldsAuto',
    'selectedFieldMappings',
    'selectedFieldsMappings',
    'selectedValueMappings',
    'dynamicMappingsInput',
    'fieldFilters',
    'deletionSettings',
    'selectedFieldSettings',
    'selectedValueDefaults',
    'providerOptions',
    'quotaOptimization',
    'writeOnCreate',
    'writeOnUpdate',
  ].map((key) => key.toLowerCase()),
);

function specialHint(written: string): string | undefined {
  const key = written.toLowerCase();
  if (key === 'inheritfieldsandmappings') {
    return 'In the manifest it has no final s: inheritFieldsAndMapping. The plural belongs to the installation config.';
  }
  return installationKeys.has(key) ? 'It belongs to the installation config, not to the manifest.' : undefined;
}

function placeOf(spec: MappingSpec): string {
  return `${spec.name[0]!.toUpperCase()}${spec.name.slice(1)}`;
}

function keysOf(spec: MappingSpec): string {
  const keys = Object.keys(spec.keys);
  if (keys.length === 1) return `only ${keys[0]}`;
  return keys.length <= 6
    ? `${keys.slice(0, -1).join(', ')} and ${keys.at(-1)}`
    : `${keys.slice(0, 5).join(', ')} and others`;
}

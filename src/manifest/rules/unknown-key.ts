import type { MappingSpec } from '../key-spec.ts';
import { quote } from '../quote.ts';
import { renameKey } from '../repairs.ts';
import { defineRule } from '../rule.ts';
import { editDistance, suggest } from '../suggest.ts';

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
      const special = specialHint(written, spec);
      if (special) {
        const singular = written.toLowerCase() === 'inheritfieldsandmappings' ? 'inheritFieldsAndMapping' : undefined;
        const fixable = singular && singular in spec.keys && !siblings.has(singular);
        report(spot, {
          at: 'key',
          message,
          hint: special,
          fix: fixable ? renameKey(spot, written, singular) : undefined,
        });
        continue;
      }
      const close = suggest(written, Object.keys(spec.keys));
      if (close) {
        // Two letters off is a slip of the finger, more may be another word: fieldRenamed is not fieldCreated.
        const isSlip = editDistance(written.toLowerCase(), close.toLowerCase()) <= 2;
        report(spot, {
          at: 'key',
          message,
          hint: `Did you mean ${quote(close)}?`,
          fix: isSlip && !siblings.has(close) ? renameKey(spot, written, close) : undefined,
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

/** No-break and zero-width characters, which editors show as a blank or not at all. */
const invisible = /[\u00a0\u00ad\u200b-\u200f\u202f\u2060\u3000\ufeff]/;

function specialHint(written: string, spec: MappingSpec): string | undefined {
  const unseen = invisible.exec(written)?.[0].charCodeAt(0);
  if (unseen !== undefined) {
    return `It holds an invisible character, U+${unseen.toString(16).toUpperCase().padStart(4, '0')}; remove it.`;
  }
  const [beforeColon = ''] = written.split(':', 1);
  if (beforeColon !== written && Object.hasOwn(spec.keys, beforeColon)) return 'Put a space behind the colon.';
  const key = written.toLowerCase();
  if (key === 'inheritfieldsandmappings') {
    return 'In the manifest it has no final s: inheritFieldsAndMapping. The plural belongs to the installation config.';
  }
  return installationKeys.has(key) ? 'It belongs to the installation config, not to the manifest.' : undefined;
}

function placeOf(spec: MappingSpec): string {
  // The names of keys stay as they are: valueDefaults.
  return /^(?:an?|the) /.test(spec.name) ? `${spec.name[0]!.toUpperCase()}${spec.name.slice(1)}` : spec.name;
}

function keysOf(spec: MappingSpec): string {
  const keys = Object.keys(spec.keys);
  if (keys.length === 1) return `only ${keys[0]}`;
  return keys.length <= 6
    ? `${keys.slice(0, -1).join(', ')} and ${keys.at(-1)}`
    : `${keys.slice(0, 5).join(', ')} and others`;
}

import { fieldKey } from '../../manifest/identity.ts';
import type { FieldFilter } from '../config.ts';
import type { ConfigFinding } from '../finding.ts';
import { at, type ConfigCheck } from './config-check.ts';

/** Filters: only `eq`, one condition a field, a value of a simple type. */
export const checkFilters: ConfigCheck = ({ config, integration }) =>
  Object.entries(config.read?.objects ?? {}).flatMap(([name, own]) => [
    ...checkList(own.fieldFilters, integration.provider, ['read', 'objects', name, 'fieldFilters']),
    ...checkList(own.backfill?.fieldFilters, integration.provider, [
      'read',
      'objects',
      name,
      'backfill',
      'fieldFilters',
    ]),
  ]);

function checkList(filters: readonly FieldFilter[] | undefined, provider: string, path: string[]): ConfigFinding[] {
  const seen = new Set<string>();
  return (filters ?? []).flatMap(({ fieldName, operator, value }, index) => {
    const finding = (message: string, hint: string): ConfigFinding => ({
      code: 'config-filter',
      severity: 'error',
      path: at(...path, index),
      message,
      hint,
    });
    const findings: ConfigFinding[] = [];
    if (operator !== 'eq') findings.push(finding(`"${operator}" is not an operator of filters.`, 'Only "eq" is.'));
    const key = fieldKey(provider, fieldName);
    if (seen.has(key)) findings.push(finding(`${fieldName} has two conditions.`, 'Keep one; all of them must hold.'));
    seen.add(key);
    if (!['string', 'boolean', 'number'].includes(typeof value)) {
      findings.push(finding(`The value of ${fieldName} is not text, a boolean or a number.`, 'Give one plain value.'));
    }
    return findings;
  });
}

import type { FieldDefault } from '../config.ts';
import type { ConfigFinding } from '../finding.ts';
import { at, type ConfigCheck, describedField, manifestObject, orgObject, sourceOf } from './config-check.ts';

const types: Record<string, (value: unknown) => boolean> = {
  stringValue: (value) => typeof value === 'string',
  integerValue: (value) => Number.isInteger(value),
  booleanValue: (value) => typeof value === 'boolean',
};
// Salesforce takes text for nearly every type; the two that are never text are told apart.
const kindOfType: Record<string, string> = { boolean: 'booleanValue', int: 'integerValue' };

/** Write defaults: exactly one of the three kinds, of the right type, fitting the field. */
export const checkDefaults: ConfigCheck = (subject) =>
  Object.entries(subject.config.write?.objects ?? {}).flatMap(([name, own]) => {
    const org = orgObject(subject, name);
    const read = manifestObject(subject, subject.integration.read?.objects, name);
    const check = (field: string, value: FieldDefault | undefined, key: string): ConfigFinding[] => {
      if (value === undefined) return [];
      const fault = (message: string, hint: string): ConfigFinding[] => [
        { code: 'config-default', severity: 'error', path: at('write', 'objects', name, key, field), message, hint },
      ];
      const given = Object.entries(value).filter(([, one]) => one !== undefined && one !== null);
      const [kind, one] = given[0] ?? [];
      if (given.length !== 1 || !kind) {
        return fault(
          `The default of ${field} has ${given.length === 0 ? 'no value' : given.map(([each]) => each).join(' and ')}.`,
          'Give exactly one of stringValue, integerValue, booleanValue.',
        );
      }
      if (!types[kind]?.(one))
        return fault(`${kind} of ${field} is not of that type.`, 'Check quotes around the value.');
      const described = org && describedField(org, read ? sourceOf(subject, read, field) : field);
      const expected = described && kindOfType[described.type];
      if (expected && expected !== kind) {
        return fault(`${described.name} is of type ${described.type}; ${kind} does not fit.`, `Use ${expected}.`);
      }
      if (described && !expected && kind === 'booleanValue') {
        return fault(`${described.name} is of type ${described.type}; booleanValue does not fit.`, 'Use stringValue.');
      }
      return [];
    };
    return [
      ...Object.entries(own.selectedFieldSettings ?? {}).flatMap(([field, settings]) =>
        check(field, settings.default, 'selectedFieldSettings'),
      ),
      ...Object.entries(own.selectedValueDefaults ?? {}).flatMap(([field, { value }]) =>
        check(field, value, 'selectedValueDefaults'),
      ),
    ];
  });

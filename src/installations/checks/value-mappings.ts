import type { ConfigFinding } from '../finding.ts';
import { at, type ConfigCheck, describedField, manifestObject, orgObject, sourceOf } from './config-check.ts';

/** Value mappings work in both directions: no provider value twice, and values the picklist has. */
export const checkValueMappings: ConfigCheck = (subject) =>
  Object.entries(subject.config.read?.objects ?? {}).flatMap(([name, own]) =>
    Object.entries(own.selectedValueMappings ?? {}).flatMap(([field, values]) => {
      const path = (value: string) => at('read', 'objects', name, 'selectedValueMappings', field, value);
      const findings: ConfigFinding[] = [];
      const deliveredFor = new Map<string, string>();
      for (const [delivered, provided] of Object.entries(values)) {
        const other = deliveredFor.get(provided);
        if (other !== undefined) {
          findings.push({
            code: 'config-value-mapping',
            severity: 'error',
            path: path(delivered),
            message: `"${other}" and "${delivered}" of ${field} both stand for "${provided}".`,
            hint: 'A value mapping is read in both directions; give each value one partner.',
          });
        }
        deliveredFor.set(provided, delivered);
      }
      const object = manifestObject(subject, subject.integration.read?.objects, name);
      const org = orgObject(subject, name);
      const described = object && org && describedField(org, sourceOf(subject, object, field));
      const known = described?.values;
      if (!known || known.length === 0) return findings;
      const unknown = Object.entries(values).filter(([, provided]) => !known.includes(provided));
      return [
        ...findings,
        ...unknown.map(([delivered, provided]) => ({
          code: 'config-value-mapping',
          severity: 'warning' as const,
          path: path(delivered),
          message: `"${provided}" is not a value of ${described.name}.`,
          hint: `It has ${known.slice(0, 8).join(', ')}${known.length > 8 ? ' …' : ''}. Use the API value, not the label.`,
        })),
      ];
    }),
  );

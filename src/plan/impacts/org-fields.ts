import { hasField } from '../../installations/checks/config-check.ts';
import type { OrgSchema } from '../../manifest/org-schema.ts';
import type { Impact } from '../plan.ts';
import { type ImpactRule, impact } from './impact-rule.ts';
import { fieldsOfChange } from './named-fields.ts';

/** What the change names and the org at hand does not show to its user. Silent without an org. */
export const orgFieldImpact: ImpactRule = (at) => {
  const { schema } = at.world;
  return schema ? fieldsOfChange(at).flatMap(({ objectName, names }) => missingIn(schema, objectName, names)) : [];
};

function missingIn(schema: OrgSchema, objectName: string, names: readonly string[]): Impact[] {
  const object = schema.objects.get(objectName.toLowerCase());
  if (!object) return [impact('notice', `${schema.label} has no object ${objectName} that its user can see.`)];
  if (!object.fields) return [];
  const missing = [...new Set(names)].filter((name) => !hasField(object, name));
  if (missing.length === 0) return [];
  return [
    impact('notice', `${schema.label} has no ${missing.join(', ')} on ${object.name}, or hides it from its user.`),
  ];
}

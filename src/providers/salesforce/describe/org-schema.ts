import type { OrgField, OrgObject, OrgSchema } from '../../../manifest/org-schema.ts';
import { componentKey, componentsOf, isCompound } from '../../../mapping/object-shape.ts';
import type { Describer } from './describer.ts';
import type { FieldSchema, ObjectSchema, ObjectSummary } from './object-schema.ts';

/**
 * The org as manifests and installation configs are checked against it: every object the user can see, and the fields of
 * those that `objectNames` asks for. Names the org does not have are left out.
 */
export async function describeOrg(
  describer: Describer,
  label: string,
  objectNames: readonly string[],
): Promise<OrgSchema> {
  const objects = new Map<string, OrgObject>(
    (await describer.objects()).map((summary) => [summary.name.toLowerCase(), objectOf(summary)]),
  );
  const wanted = new Set(objectNames.map((name) => name.toLowerCase()).filter((name) => objects.has(name)));
  await Promise.all(
    [...wanted].map(async (name) => {
      const schema = await describer.object(name);
      objects.set(name, { ...objectOf(schema), ...fieldsOf(schema) });
    }),
  );
  return { label, objects };
}

type Described = Pick<ObjectSummary, 'name' | 'queryable' | 'createable' | 'updateable' | 'triggerable'>;

function objectOf({ name, queryable, createable, updateable, triggerable }: Described): OrgObject {
  // Change events come from triggers' machinery: what cannot have a trigger cannot be watched.
  return { name, queryable, createable, updateable, watchable: triggerable && queryable };
}

function fieldsOf(schema: ObjectSchema): Required<Pick<OrgObject, 'fields' | 'relationships'>> {
  return {
    fields: new Map(schema.fields.map((field) => [field.name.toLowerCase(), fieldOf(schema, field)])),
    relationships: new Map(
      schema.fields.flatMap((field) =>
        field.relationshipName ? [[field.relationshipName.toLowerCase(), field.referenceTo]] : [],
      ),
    ),
  };
}

function fieldOf(object: ObjectSchema, field: FieldSchema): OrgField {
  const { name, label, type, createable, updateable, nillable } = field;
  const values = field.picklistValues.filter((value) => value.active).map((value) => value.value);
  // Names of people are compounds too, though their type says string.
  const parts = componentsOf(object, field);
  return {
    name,
    label,
    type,
    createable,
    updateable,
    nillable,
    ...(values.length > 0 && { values }),
    ...((isCompound(field) || parts.length > 0) && {
      components: new Map(parts.map((part) => [componentKey(field, part).toLowerCase(), part.name])),
    }),
  };
}

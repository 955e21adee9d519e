import { AmpError } from '../../errors/amp-error.ts';
import { type FieldPlan, planFields } from '../../mapping/field-plan.ts';
import { findField, type ObjectShape } from '../../mapping/object-shape.ts';
import type { Selection } from '../../mapping/selection.ts';

/** Describes one object as the connected user sees it. Throws when the org has none of that name. */
export type Describe = (objectName: string) => Promise<ObjectShape>;

export interface ResolvedPlan {
  object: ObjectShape;
  plan: FieldPlan;
  /** Undefined when the object has none of the three stamps. */
  stampColumn: string | undefined;
  objectOfId(id: string): string | undefined;
  /** A parent that the plan describes, by its name. */
  shapeOf(objectName: string): ObjectShape | undefined;
}

/** A column that moves with every change: the first of these that the object has. */
const stampColumns = ['SystemModstamp', 'LastModifiedDate', 'CreatedDate'];

/** Describes what the selection touches and checks it. `watermark` names another stamp column than the usual one. */
export async function resolvePlan(describe: Describe, selection: Selection, watermark?: string): Promise<ResolvedPlan> {
  const object = await describe(selection.objectName);
  const stampColumn = watermark ? namedStamp(object, watermark) : usualStamp(object);
  const parents = new Map<string, ObjectShape>();
  for (;;) {
    const result = planFields({ selection, object, parents, watermark: stampColumn });
    if ('plan' in result) {
      const known = [...parents.values()];
      const objectOfId = (id: string) => known.find((parent) => parent.keyPrefix === id.slice(0, 3))?.name;
      const shapeOf = (name: string) => parents.get(name.toLowerCase());
      return { object, plan: result.plan, stampColumn, objectOfId, shapeOf };
    }
    await Promise.all(result.missing.map(async (name) => parents.set(name.toLowerCase(), await describe(name))));
  }
}

function usualStamp(object: ObjectShape): string | undefined {
  return stampColumns.map((name) => findField(object, name)).find((field) => field?.type === 'datetime')?.name;
}

function namedStamp(object: ObjectShape, name: string): string {
  const field = findField(object, name);
  if (field?.type === 'datetime') return field.name;
  throw new AmpError({
    code: 'read-field-missing',
    message: field
      ? `${object.name}.${field.name} cannot be a watermark: it is a ${field.type}, not a datetime.`
      : `${object.name} shows this user no field "${name}" to use as a watermark.`,
  });
}

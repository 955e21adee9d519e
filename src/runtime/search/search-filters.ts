import type { FieldFilter } from '../../installations/config.ts';
import { mappedKey } from '../../manifest/identity.ts';
import type { PlanColumn, PlanTarget } from '../../mapping/field-plan.ts';
import { type FieldShape, findField, type ObjectShape } from '../../mapping/object-shape.ts';
import { fieldKey, type Selection } from '../../mapping/selection.ts';
import { filterConditions } from '../../providers/salesforce/soql/conditions.ts';
import { parseFilter } from '../read/filter-values.ts';
import type { ResolvedPlan } from '../read/resolve-plan.ts';

/** `field=value` as typed, or with a value of its type; mapped or org names. */
export type SearchCondition = string | FieldFilter;

/**
 * The filters of a search in the org's words, and as SOQL. A mapped name leads to its source, which may be a part of a compound
 * or a parent's field; a value that a mapping delivers leads to the org's. Throws `read-filter-invalid`.
 */
export function searchFilters(
  conditions: readonly SearchCondition[],
  selection: Selection,
  resolved: ResolvedPlan,
): { fields: string[]; soql: string[] } {
  const { plan, object } = resolved;
  const sources = new Map(selection.mappings.map(({ mapToName, source }) => [mappedKey(mapToName), source]));
  const targets = new Map(plan.targets.map((target) => [fieldKey(target.writtenAs), target]));
  const columnOf = (target: PlanTarget | undefined) =>
    target?.source.kind === 'column' ? plan.columns[target.source.column] : undefined;
  const parents = [...targets.values()].flatMap((target) => parentField(columnOf(target), resolved));
  const searched: ObjectShape = { ...object, fields: [...object.fields, ...parents] };

  const filters = conditions.map((condition): FieldFilter => {
    const [typed = '', ...rest] = typeof condition === 'string' ? condition.split('=') : [condition.fieldName];
    const source = sources.get(mappedKey(typed.trim()));
    const target = targets.get(fieldKey(source ?? typed.trim()));
    const fieldName = columnOf(target)?.path.join('.') ?? source ?? typed;
    const filter =
      typeof condition === 'string'
        ? parseFilter([fieldName, ...rest].join('='), searched)
        : { ...condition, fieldName };
    // Under the org's own name of a mapped field its own values are meant.
    const isDelivered = source !== undefined || target?.place === 'fields';
    return isDelivered ? { ...filter, value: providerValue(filter.value, target?.values) } : filter;
  });
  return { fields: filters.map(({ fieldName }) => fieldName), soql: filterConditions(filters, searched) };
}

/** A parent's field under the name SOQL has for it: `Owner.Email`. */
function parentField(column: PlanColumn | undefined, { shapeOf }: ResolvedPlan): FieldShape[] {
  if (!column || column.path.length === 1) return [];
  for (const name of column.parents.at(-1) ?? []) {
    const shape = shapeOf(name);
    const field = shape && findField(shape, column.path.at(-1)!);
    if (field) return [{ name: column.path.join('.'), type: field.type }];
  }
  return [];
}

function providerValue(value: FieldFilter['value'], values: PlanTarget['values']): FieldFilter['value'] {
  for (const [provider, delivered] of values ?? []) if (delivered === value) return provider;
  return value;
}

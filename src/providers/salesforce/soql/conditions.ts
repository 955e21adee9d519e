import { AmpError } from '../../../errors/amp-error.ts';
import type { FieldFilter } from '../../../installations/config.ts';
import { findField, type ObjectShape } from '../../../mapping/object-shape.ts';
import { datetimeLiteral, filterLiteral, textLiteral } from './literal.ts';

/** Renders filters from described names only. Throws `read-filter-invalid` for another operator or an unknown field. */
export function filterConditions(filters: readonly FieldFilter[], object: ObjectShape): string[] {
  return filters.map((filter) => {
    const operator: string = filter.operator;
    if (operator !== 'eq') {
      throw invalidFilter(
        `The filter operator "${operator}" on ${filter.fieldName} is not known.`,
        'Filters compare with eq.',
      );
    }
    const field = findField(object, filter.fieldName);
    if (!field) {
      throw invalidFilter(
        `${object.name} shows this user no field "${filter.fieldName}" to filter by.`,
        'Either the name is wrong, or field-level security hides it from the connected user.',
      );
    }
    return `${field.name} = ${filterLiteral(filter.value, field.type, field.name)}`;
  });
}

/** Rows whose stamp lies in the window; both ends belong to it, whole seconds. */
export function windowConditions(
  column: string,
  window: { fromMs?: number | undefined; toMs?: number | undefined },
): string[] {
  const conditions = [];
  if (window.fromMs !== undefined) conditions.push(`${column} >= ${datetimeLiteral(window.fromMs)}`);
  if (window.toMs !== undefined) conditions.push(`${column} <= ${datetimeLiteral(window.toMs)}`);
  return conditions;
}

/** Everything after a position in (stamp, Id) order. Ties of one second are told apart by Id. */
export function afterCondition(
  column: string | undefined,
  position: { stampMs?: number | undefined; id: string },
): string {
  const byId = `Id > ${textLiteral(position.id)}`;
  if (!column || position.stampMs === undefined) return byId;
  const stamp = datetimeLiteral(position.stampMs);
  return `((${column} = ${stamp} AND ${byId}) OR ${column} > ${stamp})`;
}

function invalidFilter(message: string, hint: string): AmpError {
  return new AmpError({ code: 'read-filter-invalid', message, hint });
}

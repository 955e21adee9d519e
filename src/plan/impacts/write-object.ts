import { type ImpactRule, impact, usersOf } from './impact-rule.ts';

/** What may be written, and under which names. */
export const writeObjectImpact: ImpactRule = (at) => {
  if (at.change.kind !== 'write-object') return [];
  const writers = usersOf(at, 'write');
  if (at.change.action === 'create') return [impact('safe', 'Can be written once an installation adds it.')];
  if (at.change.action === 'delete') return [impact('breaking', 'Writes to this object are refused.', writers)];
  const on = at.change.after !== undefined;
  switch (at.setting) {
    case 'inheritMapping':
      return [
        on
          ? impact('breaking', 'Writes must use the mapped names of the read object.', writers)
          : impact('breaking', 'Writes must use the provider names; mapped names are unknown.', writers),
      ];
    case 'allowAnyFields':
      return [
        on
          ? impact('notice', 'A guard is loosened: customers may set a default for any field.', writers)
          : impact('notice', 'Customers may set defaults for the listed fields only.', writers),
      ];
    default:
      return [impact('notice', 'The object has another spelling.', writers)];
  }
};

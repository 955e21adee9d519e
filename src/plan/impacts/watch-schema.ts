import { type ImpactRule, impact } from './impact-rule.ts';

/** Messages about fields that come, go or change in a customer's org. */
export const watchSchemaImpact: ImpactRule = ({ change, setting, installed }) => {
  if (change.kind !== 'watch-schema') return [];
  if (change.action === 'create')
    return [impact('notice', 'The first check is a silent baseline; drift is reported after it.', installed)];
  if (change.action === 'delete') return [impact('notice', 'Field drift is no longer reported.', installed)];
  switch (setting) {
    case 'destination':
      return [impact('notice', `From the next check messages go to ${change.after}.`, installed)];
    case 'schedule':
      return [impact('safe', 'Checked at other times.')];
    default:
      return [
        change.after === true
          ? impact('notice', `${setting} is reported too.`, installed)
          : impact('notice', `${setting} is no longer reported.`, installed),
      ];
  }
};

import type { ObjectDefinition } from '../schema/object.ts';
import type { Row } from './derive.ts';
import type { TransactionContext } from './row-writer.ts';

/** Object → its history and what of it is tracked, with the datatype the history calls it. */
const tracked: Record<string, { history: string; parent: string; fields: Record<string, string> }> = {
  Account: {
    history: 'AccountHistory',
    parent: 'AccountId',
    fields: { Name: 'Text', Industry: 'Enum', Phone: 'Phone', AnnualRevenue: 'Currency' },
  },
};

/** Writes a history row for each tracked field that changed. Histories are in no change event and no ledger. */
export function recordHistory(
  { rows, schema, options, stamp }: TransactionContext,
  { name }: ObjectDefinition,
  before: Row,
  row: Row,
  changed: readonly string[],
): string | undefined {
  const tracking = tracked[name];
  const history = tracking && schema.find(tracking.history);
  const fields = changed.filter((field) => tracking?.fields[field] !== undefined);
  if (!tracking || !history || fields.length === 0) return undefined;
  for (const field of fields) {
    const { row: number, id } = rows.allot(history);
    const text = (value: unknown) => (value == null ? null : String(value));
    rows.insert(
      history,
      {
        Id: id,
        IsDeleted: false,
        [tracking.parent]: row.Id!,
        CreatedById: options.userId,
        CreatedDate: stamp,
        Field: field,
        DataType: tracking.fields[field]!,
        OldValue: text(before[field]),
        NewValue: text(row[field]),
      },
      number,
    );
  }
  return history.name;
}

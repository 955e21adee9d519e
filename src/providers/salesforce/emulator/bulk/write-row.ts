import type { RowResult, Transaction } from '../org.ts';
import { refusedRow, upsertRow } from '../rest/write.ts';

/** What both bulk APIs do with one row. */
export interface BulkWrite {
  operation: string;
  object: string;
  externalIdFieldName?: string;
}

export function writeBulkRow(
  transaction: Transaction,
  { operation, object, externalIdFieldName = 'Id' }: BulkWrite,
  row: { id?: string; values: Record<string, unknown> },
): RowResult {
  if (operation === 'insert') return transaction.insert(object, row.values);
  if (operation === 'upsert') return upsertRow(transaction, object, externalIdFieldName, row);
  if (row.id === undefined) return refusedRow('MISSING_ARGUMENT', 'Id not specified in an update call');
  if (operation === 'update') return transaction.update(object, row.id, row.values);
  return operation === 'delete' ? transaction.delete(object, row.id) : transaction.hardDelete(object, row.id);
}

/** `REQUIRED_FIELD_MISSING:Required fields are missing: [Name]:Name --`. */
export function describeRowErrors({ errors }: Extract<RowResult, { success: false }>): string {
  return errors.map(({ statusCode, message, fields }) => `${statusCode}:${message}:${fields.join(',')} --`).join(';');
}

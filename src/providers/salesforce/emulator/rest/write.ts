import type { RowError, RowResult, Transaction, WriteOptions } from '../org.ts';
import { SalesforceFault } from '../org.ts';
import type { Call } from '../server/call.ts';
import type { World } from '../world.ts';

/** Who writes and how change events will name it: `com/salesforce/api/rest/66.0;client=amp`. */
export function writeOptions(call: Call, api = 'rest'): WriteOptions {
  const client = /(?:^|,)\s*client=([^,]*)/i.exec(call.headers['sforce-call-options'] ?? '')?.[1]?.trim();
  const allowDuplicates = /allowSave\s*=\s*true/i.test(call.headers['sforce-duplicate-rule-header'] ?? '');
  return {
    userId: call.session!.userId,
    changeOrigin: `com/salesforce/api/${api}/${call.version}${client ? `;client=${client}` : ''}`,
    ...(allowDuplicates ? { allowDuplicates } : {}),
  };
}

/** Runs `work` in the call's transaction: its own, or the one of the composite request it is part of. */
export function write<Result>(call: Call, world: World, work: (transaction: Transaction) => Result): Result {
  const guarded = (transaction: Transaction) =>
    work(call.forced.rowError ? refusing(call.forced.rowError) : transaction);
  if (call.transaction) return guarded(call.transaction);
  return world.org.commit(writeOptions(call), guarded);
}

/** A transaction in which every row meets the same error, such as a lock held by somebody else. */
function refusing(error: { statusCode: string; message: string }): Transaction {
  const refuse = (): RowResult => ({ success: false, status: 400, errors: [{ ...error, fields: [] }] });
  return {
    insert: refuse,
    update: refuse,
    upsert: refuse,
    delete: refuse,
    hardDelete: refuse,
    undelete: refuse,
    merge: refuse,
    savepoint: (work) => void work(),
  };
}

/** The refusal of a single-record call: an array of `{message, errorCode, fields}`. */
export function rowFault(result: Extract<RowResult, { success: false }>): SalesforceFault {
  const [first] = result.errors;
  const { statusCode, message, fields, extra } = first ?? { statusCode: 'UNKNOWN_EXCEPTION', message: '', fields: [] };
  const fault = new SalesforceFault(result.status, statusCode, message, fields, extra);
  return Object.assign(fault, { others: result.errors.slice(1) });
}

/** Errors of a row inside collections, trees and composite rows. */
export function rowErrors(errors: RowError[]): Record<string, unknown>[] {
  return errors.map(({ statusCode, message, fields, extra }) => ({ statusCode, message, fields, ...extra }));
}

/** A row refused before the org sees it. */
export function refusedRow(statusCode: string, message: string, fields: string[] = []): RowResult {
  return { success: false, status: 400, errors: [{ statusCode, message, fields }] };
}

/** Upsert by an external id among `values`, or by `Id`: then a row without one is inserted. */
export function upsertRow(
  transaction: Transaction,
  object: string,
  field: string,
  { id, values }: { id?: string | undefined; values: Record<string, unknown> },
): RowResult {
  if (/^id$/i.test(field)) {
    return id === undefined ? transaction.insert(object, values) : transaction.update(object, id, values);
  }
  const name = Object.keys(values).find((key) => key.toLowerCase() === field.toLowerCase());
  const { [name ?? '']: key, ...others } = values;
  if (key === undefined || key === null || key === '') return refusedRow('MISSING_ARGUMENT', `${field} not specified`);
  return transaction.upsert(object, field, String(key), others);
}

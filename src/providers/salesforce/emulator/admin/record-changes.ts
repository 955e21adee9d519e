import { type EmulatedOrg, type RowResult, SalesforceFault, type Transaction } from '../org.ts';
import { rowErrors } from '../rest/write.ts';

/** A change somebody makes in the org behind the client's back. */
export type RecordChange =
  | { change: 'create'; object: string; values: Record<string, unknown> }
  | { change: 'update'; object: string; id: string; values: Record<string, unknown> }
  | { change: 'merge'; object: string; id: string; ids: string[] }
  | { change: 'delete' | 'hard-delete' | 'undelete'; object: string; id: string };

export interface ChangeOptions {
  /** Defaults to the administrator. */
  userId?: string;
  changeOrigin?: string;
  stampedAt?: number;
  automation?: boolean;
  auditFields?: boolean;
}

/** All changes in one transaction, or none. Returns the ids in order. Throws the first row's refusal. */
export function changeRecords(
  org: EmulatedOrg,
  changes: readonly RecordChange[],
  options: ChangeOptions = {},
): string[] {
  const { userId = org.adminUserId, changeOrigin = '', ...more } = options;
  return org.commit({ userId, changeOrigin, ...more }, (transaction) =>
    changes.map((change, index) => {
      const result = applyChange(transaction, change);
      if (result.success) return result.id;
      const [first] = result.errors;
      const message = `change ${index + 1} (${change.change} ${change.object}): ${first?.message ?? 'refused'}`;
      throw new SalesforceFault(400, first?.statusCode ?? 'UNKNOWN_EXCEPTION', message, first?.fields, {
        errors: rowErrors(result.errors),
      });
    }),
  );
}

function applyChange(transaction: Transaction, change: RecordChange): RowResult {
  if (typeof change.object !== 'string') throw new SalesforceFault(400, 'INVALID_INPUT', 'A change needs an object');
  switch (change.change) {
    case 'create':
      return transaction.insert(change.object, change.values ?? {});
    case 'update':
      return transaction.update(change.object, change.id, change.values ?? {});
    case 'delete':
      return transaction.delete(change.object, change.id);
    case 'hard-delete':
      return transaction.hardDelete(change.object, change.id);
    case 'undelete':
      return transaction.undelete(change.object, change.id);
    case 'merge':
      return transaction.merge(change.object, change.id, change.ids);
    default:
      throw new SalesforceFault(
        400,
        'INVALID_INPUT',
        `Unknown change: ${String((change as { change: unknown }).change)}`,
      );
  }
}

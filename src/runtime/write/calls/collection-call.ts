import type { JsonObject } from '../../../mapping/json.ts';
import { type OrgError, refusedOutcome } from '../outcome-of-answer.ts';
import type { RowOutcome } from '../write-outcome.ts';
import type { CallPlan, SendRow, WriteCall } from './write-call.ts';

/** The most records of one collection call, which is one transaction. */
export const mostCollectionRows = 200;

interface CollectionRow {
  id?: string;
  success: boolean;
  created?: boolean;
  errors?: OrgError[];
}

/**
 * Up to 200 records with one call (REST guide, "sObject Collections"). Records to insert beside records to update go as an
 * upsert by Id: a row without one is inserted.
 */
export function planCollectionCall(plan: CallPlan, rows: readonly SendRow[]): WriteCall {
  const records = rows.map(({ id, body }): JsonObject => {
    const attributes = { attributes: { type: plan.object } };
    return id === undefined ? { ...attributes, ...body } : { ...attributes, Id: id, ...body };
  });
  return {
    ...collectionAddress(plan, rows),
    headers: plan.headers,
    body: { allOrNone: plan.allOrNone, records },
    rows,
    read: (body) => readRows(body, rows, plan.allOrNone),
  };
}

function collectionAddress(
  { object, keyField }: CallPlan,
  rows: readonly SendRow[],
): Pick<WriteCall, 'method' | 'path'> {
  const verbs = new Set(rows.map(({ verb }) => verb));
  if (verbs.has('upsert')) return { method: 'PATCH', path: `composite/sobjects/${object}/${keyField}` };
  if (verbs.size > 1) return { method: 'PATCH', path: `composite/sobjects/${object}/Id` };
  return { method: verbs.has('insert') ? 'POST' : 'PATCH', path: 'composite/sobjects' };
}

function readRows(answers: unknown, rows: readonly SendRow[], allOrNone: boolean): RowOutcome[] | undefined {
  if (!Array.isArray(answers) || answers.length !== rows.length) return undefined;
  // Ids in an answer that was rolled back stand for records that do not exist.
  const undone = allOrNone && answers.some(({ success }: CollectionRow) => !success);
  return answers.map((answer: CollectionRow, index): RowOutcome => {
    if (!answer.success) return refusedOutcome(400, answer.errors ?? []);
    if (undone) return { status: 'rolled-back' };
    const { verb, id } = rows[index]!;
    const recordId = answer.id ?? id;
    const created = verb === 'upsert' || answer.created !== undefined ? (answer.created ?? false) : undefined;
    return {
      status: 'success',
      ...(recordId === undefined ? {} : { recordId }),
      ...(created === undefined ? {} : { created }),
    };
  });
}

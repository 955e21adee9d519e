import { type JsonObject, renderJson } from '../../mapping/json.ts';
import type { SalesforceClient } from '../../providers/salesforce/rest/client.ts';
import { parseRetryAfter } from '../../providers/salesforce/rest/retry.ts';
import { answerStatuses, brokenCall, type OrgError, refusedOutcome } from './outcome-of-answer.ts';
import type { SendPlan, SendRow } from './send-row.ts';
import type { RowOutcome } from './write-outcome.ts';

/** The most records of one collection call, which is one transaction. */
export const mostCollectionRows = 200;

interface CollectionRow {
  id?: string;
  success: boolean;
  created?: boolean;
  errors?: OrgError[];
}

/**
 * Writes up to 200 records with one call (REST guide, "sObject Collections"). Records to insert beside records to update go
 * as an upsert by Id: a row without one is inserted. Outcomes stand in the order of `rows`.
 */
export async function sendCollection(
  client: SalesforceClient,
  plan: SendPlan,
  rows: readonly SendRow[],
  now: () => number,
): Promise<RowOutcome[]> {
  const { method, path } = collectionCall(plan, rows);
  const records = rows.map(({ id, body }): JsonObject => {
    const attributes = { attributes: { type: plan.object } };
    return id === undefined ? { ...attributes, ...body } : { ...attributes, Id: id, ...body };
  });
  try {
    const answer = await client.json<CollectionRow[]>({
      method,
      path,
      headers: { ...plan.headers, 'content-type': 'application/json; charset=UTF-8' },
      body: renderJson({ allOrNone: plan.allOrNone, records }),
      retry: 'once',
      accept: answerStatuses,
    });
    if (answer.status >= 300) {
      const errors = Array.isArray(answer.body) ? (answer.body as OrgError[]) : [];
      const refused = refusedOutcome(answer.status, errors, parseRetryAfter(answer.headers['retry-after'], now()));
      return rows.map(() => refused);
    }
    return readRows(answer.body, rows, plan.allOrNone);
  } catch (error) {
    const broken = brokenCall(error);
    return rows.map(() => broken);
  }
}

function collectionCall(
  { object, keyField }: SendPlan,
  rows: readonly SendRow[],
): { method: 'POST' | 'PATCH'; path: string } {
  const verbs = new Set(rows.map(({ verb }) => verb));
  if (verbs.has('upsert')) return { method: 'PATCH', path: `composite/sobjects/${object}/${keyField}` };
  if (verbs.size > 1) return { method: 'PATCH', path: `composite/sobjects/${object}/Id` };
  return { method: verbs.has('insert') ? 'POST' : 'PATCH', path: 'composite/sobjects' };
}

function readRows(answers: unknown, rows: readonly SendRow[], allOrNone: boolean): RowOutcome[] {
  if (!Array.isArray(answers) || answers.length !== rows.length) {
    const error = {
      code: 'salesforce-answer-damaged',
      message: 'The answer does not have a result for each record.',
    };
    return rows.map(() => ({ status: 'unknown', error }));
  }
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

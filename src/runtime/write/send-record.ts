import { renderJson } from '../../mapping/json.ts';
import type { SalesforceClient, SalesforceRequest } from '../../providers/salesforce/rest/client.ts';
import { answerStatuses, brokenCall, refusedAnswer } from './outcome-of-answer.ts';
import type { SendPlan, SendRow } from './send-row.ts';
import type { RowOutcome } from './write-outcome.ts';

/** Writes one record with one call (REST guide, "sObject Rows", "sObject Rows by External ID"). */
export async function sendRecord(
  client: SalesforceClient,
  plan: SendPlan,
  row: SendRow,
  now: () => number,
): Promise<RowOutcome> {
  const { method, path } = recordCall(plan, row);
  try {
    const answer = await client.json<{ id?: string; created?: boolean } | undefined>({
      method,
      path,
      headers: {
        ...plan.headers,
        ...(row.unmodifiedSince === undefined ? {} : { 'if-unmodified-since': row.unmodifiedSince }),
        ...(method === 'DELETE' ? {} : { 'content-type': 'application/json; charset=UTF-8' }),
      },
      ...(method === 'DELETE' ? {} : { body: recordBody(plan, row) }),
      retry: 'once',
      accept: answerStatuses,
    });
    if (answer.status >= 300) return refusedAnswer(answer, now());
    const recordId = answer.body?.id ?? row.id;
    // Up to API 45 an upsert that updated answers 204 without a body.
    const created = row.verb === 'upsert' ? (answer.body?.created ?? false) : undefined;
    return {
      status: 'success',
      ...(recordId === undefined ? {} : { recordId }),
      ...(created === undefined ? {} : { created }),
    };
  } catch (error) {
    return brokenCall(error);
  }
}

/** Verb and path below `/services/data/vNN.0/`. */
export function recordCall(
  { object, keyField }: SendPlan,
  row: SendRow,
): { method: NonNullable<SalesforceRequest['method']>; path: string } {
  if (row.verb === 'insert') return { method: 'POST', path: `sobjects/${object}` };
  if (row.verb === 'delete') return { method: 'DELETE', path: `sobjects/${object}/${row.id}` };
  const place = row.verb === 'update' ? row.id : `${keyField}/${encodeURIComponent(row.key!)}`;
  return { method: 'PATCH', path: `sobjects/${object}/${place}` };
}

/** The address names the key of an upsert; the org refuses it in the body as well. */
export function recordBody({ keyField }: SendPlan, { verb, body }: SendRow): string {
  if (verb !== 'upsert' || keyField === undefined) return renderJson(body);
  const { [keyField]: _key, ...fields } = body;
  return renderJson(fields);
}

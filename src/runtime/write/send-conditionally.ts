import { parseJson, renderJson } from '../../mapping/json.ts';
import type { SalesforceClient } from '../../providers/salesforce/rest/client.ts';
import { parseRetryAfter } from '../../providers/salesforce/rest/retry.ts';
import { answerStatuses, brokenCall, type OrgError, refusedOutcome } from './outcome-of-answer.ts';
import { recordBody, recordCall } from './send-record.ts';
import type { SendPlan, SendRow } from './send-row.ts';
import type { RowOutcome } from './write-outcome.ts';

/** The most parts of a composite request; a graph takes more than any batch has. */
const mostParts = 25;

interface PartAnswer {
  body: unknown;
  httpStatusCode: number;
}

/**
 * Writes records that each have a condition of their own, which collections cannot carry: all or nothing as one graph
 * (one transaction, up to 500 nodes), otherwise as composite requests of 25 (REST guide, "Composite", "Composite Graph").
 */
export async function sendConditionally(
  client: SalesforceClient,
  plan: SendPlan,
  rows: readonly SendRow[],
  now: () => number,
): Promise<RowOutcome[]> {
  const outcomes: RowOutcome[] = [];
  const size = plan.allOrNone ? rows.length : mostParts;
  for (let start = 0; start < rows.length; start += size) {
    outcomes.push(...(await sendParts(client, plan, rows.slice(start, start + size), now)));
  }
  return outcomes;
}

async function sendParts(
  client: SalesforceClient,
  plan: SendPlan,
  rows: readonly SendRow[],
  now: () => number,
): Promise<RowOutcome[]> {
  const parts = rows.map((row, index) => ({
    ...partCall(client, plan, row),
    referenceId: `row${index}`,
    httpHeaders: {
      ...plan.headers,
      ...(row.unmodifiedSince === undefined ? {} : { 'If-Unmodified-Since': row.unmodifiedSince }),
    },
    body: parseJson(recordBody(plan, row)),
  }));
  const body = plan.allOrNone
    ? { graphs: [{ graphId: 'write', compositeRequest: parts }] }
    : { allOrNone: false, collateSubrequests: false, compositeRequest: parts };
  try {
    const answer = await client.json<unknown>({
      method: 'POST',
      path: plan.allOrNone ? 'composite/graph' : 'composite',
      headers: { ...plan.headers, 'content-type': 'application/json; charset=UTF-8' },
      body: renderJson(body),
      retry: 'once',
      accept: answerStatuses,
    });
    if (answer.status >= 300) {
      const errors = Array.isArray(answer.body) ? (answer.body as OrgError[]) : [];
      const refused = refusedOutcome(answer.status, errors, parseRetryAfter(answer.headers['retry-after'], now()));
      return rows.map(() => refused);
    }
    return readParts(answer.body, rows);
  } catch (error) {
    const broken = brokenCall(error);
    return rows.map(() => broken);
  }
}

/** Addresses inside a request start at the instance. */
function partCall(client: SalesforceClient, plan: SendPlan, row: SendRow): { method: string; url: string } {
  const { method, path } = recordCall(plan, row);
  return { method, url: `/services/data/v${client.apiVersion}/${path}` };
}

function readParts(body: unknown, rows: readonly SendRow[]): RowOutcome[] {
  const answer = body as {
    compositeResponse?: PartAnswer[];
    graphs?: { graphResponse?: { compositeResponse?: PartAnswer[] } }[];
  };
  const parts = answer?.compositeResponse ?? answer?.graphs?.[0]?.graphResponse?.compositeResponse;
  if (!Array.isArray(parts) || parts.length !== rows.length) {
    const error = { code: 'salesforce-answer-damaged', message: 'The answer does not have a result for each record.' };
    return rows.map(() => ({ status: 'unknown', error }));
  }
  return parts.map((part, index): RowOutcome => {
    const { verb, id } = rows[index]!;
    if (part.httpStatusCode >= 300) {
      return refusedOutcome(part.httpStatusCode, Array.isArray(part.body) ? (part.body as OrgError[]) : []);
    }
    const made = (part.body as { id?: string } | null)?.id ?? id;
    return {
      status: 'success',
      ...(made === undefined ? {} : { recordId: made }),
      ...(verb === 'insert' ? { created: true } : {}),
    };
  });
}

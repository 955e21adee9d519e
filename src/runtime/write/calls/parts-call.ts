import type { JsonObject } from '../../../mapping/json.ts';
import { type OrgError, refusedOutcome } from '../outcome-of-answer.ts';
import type { RowOutcome } from '../write-outcome.ts';
import { recordAddress, recordBody } from './record-call.ts';
import type { CallPlan, SendRow, WriteCall } from './write-call.ts';

/** The most parts of a composite request; a graph takes more than any batch has. */
export const mostParts = 25;

interface PartAnswer {
  body: unknown;
  httpStatusCode: number;
}

/**
 * Records that each have a condition of their own, which collections cannot carry: all or nothing as one graph (one
 * transaction, up to 500 nodes), otherwise as a composite request of at most 25 (REST guide, "Composite", "Composite Graph").
 */
export function planPartsCall(plan: CallPlan, rows: readonly SendRow[]): WriteCall {
  const parts = rows.map((row, index): JsonObject => {
    const { method, path } = recordAddress(plan, row);
    return {
      method,
      url: `/services/data/v${plan.apiVersion}/${path}`,
      referenceId: `row${index}`,
      httpHeaders: {
        ...plan.headers,
        ...(row.unmodifiedSince === undefined ? {} : { 'If-Unmodified-Since': row.unmodifiedSince }),
      },
      body: recordBody(plan, row),
    };
  });
  return {
    method: 'POST',
    path: plan.allOrNone ? 'composite/graph' : 'composite',
    headers: plan.headers,
    body: plan.allOrNone
      ? { graphs: [{ graphId: 'write', compositeRequest: parts }] }
      : { allOrNone: false, collateSubrequests: false, compositeRequest: parts },
    rows,
    read: (body) => readParts(body, rows),
  };
}

function readParts(body: unknown, rows: readonly SendRow[]): RowOutcome[] | undefined {
  const answer = body as {
    compositeResponse?: PartAnswer[];
    graphs?: { graphResponse?: { compositeResponse?: PartAnswer[] } }[];
  };
  const parts = answer?.compositeResponse ?? answer?.graphs?.[0]?.graphResponse?.compositeResponse;
  if (!Array.isArray(parts) || parts.length !== rows.length) return undefined;
  return parts.map((part, index): RowOutcome => {
    const { verb, id } = rows[index]!;
    if (part.httpStatusCode >= 300) {
      return refusedOutcome(part.httpStatusCode, Array.isArray(part.body) ? (part.body as OrgError[]) : []);
    }
    const recordId = (part.body as { id?: string } | null)?.id ?? id;
    return {
      status: 'success',
      ...(recordId === undefined ? {} : { recordId }),
      ...(verb === 'insert' ? { created: true } : {}),
    };
  });
}

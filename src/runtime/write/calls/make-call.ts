import { renderJson } from '../../../mapping/json.ts';
import type { SalesforceClient } from '../../../providers/salesforce/rest/client.ts';
import { answerStatuses, brokenCall, refusedAnswer } from '../outcome-of-answer.ts';
import type { RowOutcome } from '../write-outcome.ts';
import type { WriteCall } from './write-call.ts';

/** Sends one call, once. Outcomes in the order of its rows. Throws what is not about the call (`org-…`). */
export async function makeCall(client: SalesforceClient, call: WriteCall, now: number): Promise<RowOutcome[]> {
  const forAll = (outcome: RowOutcome) => call.rows.map(() => outcome);
  try {
    const answer = await client.json<unknown>({
      method: call.method,
      path: call.path,
      headers: call.body ? { ...call.headers, 'content-type': 'application/json; charset=UTF-8' } : call.headers,
      ...(call.body ? { body: renderJson(call.body) } : {}),
      retry: 'once',
      accept: answerStatuses,
    });
    if (answer.status >= 300) return forAll(refusedAnswer(answer, now));
    return call.read(answer.body) ?? forAll(unreadable);
  } catch (error) {
    return forAll(brokenCall(error));
  }
}

const unreadable: RowOutcome = {
  status: 'unknown',
  error: { code: 'salesforce-answer-damaged', message: 'The answer does not have a result for each record.' },
};

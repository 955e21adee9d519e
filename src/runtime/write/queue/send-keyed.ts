import { type JsonObject, renderJson } from '../../../mapping/json.ts';
import type { JsonAnswer, SalesforceClient } from '../../../providers/salesforce/rest/client.ts';
import { parseRetryAfter } from '../../../providers/salesforce/rest/retry.ts';
import { answerStatuses, brokenCall, type OrgError, refusedOutcome } from '../outcome-of-answer.ts';
import type { RowOutcome } from '../write-outcome.ts';

/**
 * One create through the UI API under an idempotency key: the same call again gives the stored answer of the first and
 * creates nothing. Keys are UUIDs of version 4 and remembered for 30 days, longer than any deadline (User Interface API guide,
 * "Prevent Record Duplication with Idempotent Record Writes"). `unsupported`: the UI API does not serve this object, or the
 * org no keys, and nothing was created.
 */
export async function sendKeyedCreate(
  client: SalesforceClient,
  create: { object: string; body: JsonObject; key: string },
  now: () => number,
): Promise<RowOutcome | 'unsupported'> {
  try {
    const answer = await client.json<{ id?: string } | OrgError[]>({
      method: 'POST',
      path: 'ui-api/records',
      headers: { 'idempotency-key': create.key, 'content-type': 'application/json; charset=UTF-8' },
      body: renderJson({ apiName: create.object, fields: create.body }),
      retry: 'once',
      accept: answerStatuses,
    });
    if (answer.status >= 300) return refused(answer, now());
    const recordId = (answer.body as { id?: string }).id;
    return { status: 'success', ...(recordId === undefined ? {} : { recordId }), created: true };
  } catch (error) {
    return brokenCall(error);
  }
}

/** A refusal of the UI API: the reasons stand below `output`, the top only says that there are some. */
interface UiRefusal extends OrgError {
  output?: { errors?: OrgError[]; fieldErrors?: Record<string, OrgError[]> };
}

function refused({ status, headers, body }: JsonAnswer<unknown>, now: number): RowOutcome | 'unsupported' {
  const [top] = Array.isArray(body) ? (body as UiRefusal[]) : [];
  const said = `${top?.errorCode ?? ''} ${top?.message ?? ''}`;
  const hasNoKeys = /idempoten/i.test(said) && /not.(?:supported|enabled)/i.test(said);
  if (top?.errorCode === 'INVALID_TYPE' || hasNoKeys || (status === 404 && top?.output === undefined))
    return 'unsupported';
  const byField = Object.entries(top?.output?.fieldErrors ?? {}).flatMap(([field, errors]) =>
    errors.map((error) => ({ ...error, fields: [field] })),
  );
  const reasons = [...(top?.output?.errors ?? []), ...byField];
  return refusedOutcome(
    status,
    reasons.length > 0 ? reasons : top ? [top] : [],
    parseRetryAfter(headers['retry-after'], now),
  );
}

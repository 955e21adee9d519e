import { AmpError } from '../../../errors/amp-error.ts';
import type { SalesforceClient } from '../rest/client.ts';
import { textLiteral } from '../soql/literal.ts';

/** Fields asked for in one query: far below every limit of statement and address length. */
const namesPerQuery = 100;

/**
 * Which of the fields the object has, whoever may see them, in lower case: Tooling API, FieldDefinition, which is of the org and not of a
 * user. Undefined when this user may not look into the set-up ("View Setup and Configuration"), so that nothing is known.
 */
export async function fetchExistingFields(
  client: SalesforceClient,
  object: string,
  names: readonly string[],
  signal: AbortSignal,
): Promise<Set<string> | undefined> {
  const existing = new Set<string>();
  for (let from = 0; from < names.length; from += namesPerQuery) {
    // Id is always there: an answer without it comes from an org that shows nothing at all.
    const list = ['Id', ...names.slice(from, from + namesPerQuery)].map(textLiteral).join(', ');
    const soql = `SELECT QualifiedApiName FROM FieldDefinition WHERE EntityDefinition.QualifiedApiName = ${textLiteral(object)} AND QualifiedApiName IN (${list})`;
    const found = await askSetup(client, soql, signal);
    if (!found?.has('id')) return undefined;
    for (const name of found) existing.add(name);
  }
  return existing;
}

async function askSetup(client: SalesforceClient, soql: string, signal: AbortSignal): Promise<Set<string> | undefined> {
  try {
    const { body } = await client.json<{ records?: { QualifiedApiName?: unknown }[] }>({
      path: 'tooling/query',
      query: { q: soql },
      signal,
    });
    return new Set((body?.records ?? []).map(({ QualifiedApiName: name }) => String(name).toLowerCase()));
  } catch (error) {
    // Without the permission the object does not exist for this user, or the call is refused.
    const refusals = ['INVALID_TYPE', 'INVALID_FIELD', 'INSUFFICIENT_ACCESS', 'API_DISABLED_FOR_ORG', 'NOT_FOUND'];
    if (error instanceof AmpError && refusals.includes(String(error.details?.errorCode))) return undefined;
    throw error;
  }
}

import { AmpError } from '../../../errors/amp-error.ts';
import type { SalesforceClient } from '../rest/client.ts';

/** Who and what is behind a token. */
export interface Identity {
  orgId: string;
  userId: string;
  username: string;
  displayName: string | undefined;
}

export interface OrgFacts {
  name: string | undefined;
  edition: string | undefined;
  isSandbox: boolean | undefined;
  trialEndsAt: string | undefined;
}

// Newer versions than this one was built with may change answers; older ones are taken as they are.
const newestKnownVersion = 67;
export const oldestSupportedVersion = 48;

/** Asks the identity endpoint on the instance. Throws `org-token-answer` when it does not say who. */
export async function fetchIdentity(client: SalesforceClient, idUrl: string | undefined): Promise<Identity> {
  // The id URL names the login host; the instance answers the same path, and the token stays with one origin.
  const fallback = idUrl && URL.canParse(idUrl) ? new URL(idUrl).pathname : undefined;
  let answer = await client.json<Record<string, unknown>>({ path: '/services/oauth2/userinfo', accept: [403, 404] });
  if (answer.status !== 200 && fallback) {
    answer = await client.json<Record<string, unknown>>({ path: fallback, accept: [403, 404] });
  }
  const { status, body } = answer;
  // A dead token is 403 "Bad_OAuth_Token" in plain text here, not 401.
  if (status !== 200) {
    throw new AmpError({
      code: 'org-sign-in-refused',
      message: `${client.instanceUrl} does not say whose token this is (${status}).`,
      hint: 'Check that the token is of this org and not expired, and that the app grants the scope api.',
    });
  }
  const text = (...names: string[]) => {
    for (const name of names) if (typeof body?.[name] === 'string' && body[name] !== '') return body[name];
    return undefined;
  };
  const orgId = text('organization_id');
  const userId = text('user_id');
  const username = text('preferred_username', 'username');
  if (!orgId || !userId || !username) {
    throw new AmpError({
      code: 'org-token-answer',
      message: `${client.instanceUrl} did not say whose token this is (no organization_id, user_id or username).`,
    });
  }
  return { orgId, userId, username, displayName: text('name', 'display_name') };
}

/** The newest API version both sides know, such as `66.0`. Costs no API call. */
export async function negotiateVersion(client: SalesforceClient): Promise<string> {
  const { body } = await client.json<{ version: string }[]>({ path: '/services/data' });
  const versions = (Array.isArray(body) ? body : [])
    .map((entry) => Number(entry?.version))
    .filter((version) => version >= oldestSupportedVersion && version <= newestKnownVersion);
  if (versions.length === 0) {
    throw new AmpError({
      code: 'salesforce-version-retired',
      message: `${client.instanceUrl} serves no API version between ${oldestSupportedVersion} and ${newestKnownVersion}.`,
    });
  }
  return Math.max(...versions).toFixed(1);
}

/** Name and edition. A user who may not read them still signs in: everything is then undefined. */
export async function fetchOrgFacts(client: SalesforceClient): Promise<OrgFacts> {
  const { body } = await client.json<{ records?: Record<string, unknown>[] }>({
    path: 'query',
    query: { q: 'SELECT Name, OrganizationType, IsSandbox, TrialExpirationDate FROM Organization' },
    accept: [400, 403],
  });
  const row = body?.records?.[0];
  const text = (name: string) => (typeof row?.[name] === 'string' ? row[name] : undefined);
  return {
    name: text('Name'),
    edition: text('OrganizationType'),
    isSandbox: typeof row?.IsSandbox === 'boolean' ? row.IsSandbox : undefined,
    trialEndsAt: text('TrialExpirationDate'),
  };
}

import type { CredentialStore } from '../../../credentials/credential-store.ts';
import { AmpError } from '../../../errors/amp-error.ts';
import type { OrgRecord } from '../../../orgs/org.ts';
import { reconnectCommand } from '../../../orgs/reconnect-command.ts';
import { jwtAudience } from './hosts.ts';
import { parsePrivateKey, signAssertion } from './jwt.ts';
import type { TokenBundle } from './token-bundle.ts';

/** Account name of an org's JWT key: too large to share an entry with the tokens. */
export const keyAccount = (orgRecordId: string) => `${orgRecordId}#key`;

/**
 * The form that gets this account its next token. Only a refresh token can be burnt by asking; the other grants mint a new
 * one each time. Undefined: this account cannot renew itself (a pasted access token).
 */
export async function renewalForm(
  org: OrgRecord,
  bundle: TokenBundle,
  credentials: CredentialStore,
  now: number,
): Promise<Record<string, string | undefined> | undefined> {
  switch (org.flow) {
    case 'web':
      if (!bundle.refreshToken) return undefined;
      return {
        grant_type: 'refresh_token',
        refresh_token: bundle.refreshToken,
        client_id: org.clientId,
        client_secret: bundle.clientSecret,
      };
    case 'client-credentials':
      return clientCredentialsForm(org.clientId, bundle.clientSecret);
    case 'password':
      return passwordForm(org, bundle);
    case 'jwt': {
      const key = await credentials.get(keyAccount(org.id));
      if (!key) {
        throw new AmpError({
          code: 'credential-store-locked',
          message: `The private key of ${org.alias} is not in the ${credentials.backend} store (any more).`,
          hint: `Unlock the store, or sign in again: ${reconnectCommand(org)}`,
        });
      }
      return jwtForm(
        { clientId: org.clientId ?? '', username: org.username, loginUrl: org.loginUrl },
        key.reveal(),
        now,
      );
    }
    case 'access-token':
      return undefined;
  }
}

export function clientCredentialsForm(clientId: string | undefined, clientSecret: string | undefined) {
  return { grant_type: 'client_credentials', client_id: clientId, client_secret: clientSecret };
}

export function passwordForm(
  org: { clientId?: string; username: string },
  secrets: { clientSecret?: string; password?: string },
) {
  return {
    grant_type: 'password',
    client_id: org.clientId,
    client_secret: secrets.clientSecret,
    username: org.username,
    password: secrets.password,
  };
}

/** Throws `org-key-unusable`. */
export function jwtForm(
  who: { clientId: string; username: string; loginUrl: string },
  privateKey: string,
  now: number,
) {
  const audience = jwtAudience(who.loginUrl);
  return {
    grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer',
    assertion: signAssertion(
      { clientId: who.clientId, username: who.username, audience },
      parsePrivateKey(privateKey),
      now,
    ),
  };
}

import type { Context } from '../../../cli/context.ts';
import { openCredentialStore } from '../../../credentials/policy.ts';
import { AmpError } from '../../../errors/amp-error.ts';
import { openOrgRegistry } from '../../../orgs/registry.ts';
import { createHttp } from '../../../platform/http.ts';
import { proxyOf } from '../../../platform/proxy.ts';
import { findOrg } from '../../open-org.ts';
import { withAccountLock } from './account.ts';
import { keyAccount } from './grants.ts';
import { clearJournal } from './refresh-journal.ts';
import { loadBundle } from './token-bundle.ts';
import { postForm } from './token-endpoint.ts';

export interface SignedOut {
  alias: string;
  username: string;
  orgId: string;
  revoked: boolean;
}

/**
 * Revokes at the org, then deletes here. Failing to revoke is a warning: what must not fail is forgetting. A refresh token
 * takes its access tokens with it, so it is the one revoked where there is one.
 */
export async function signOut(
  context: Pick<Context, 'config' | 'signal'> & { output: Pick<Context['output'], 'warning'> },
  name: string | undefined,
  revoke: boolean,
): Promise<SignedOut> {
  const { config, output } = context;
  const registry = openOrgRegistry(config.configDir);
  const org = await findOrg(registry, name);
  const credentials = openCredentialStore(org.credentialStore, config);
  let revoked = false;
  await withAccountLock({ dir: config.configDir, org }, async (files) => {
    if (revoke) {
      try {
        const { refreshToken, accessToken } = await loadBundle(credentials, org);
        const token = refreshToken ?? accessToken;
        const outcome = await postForm(
          createHttp(proxyOf(config.env)),
          org.loginUrl,
          '/services/oauth2/revoke',
          { token },
          context.signal,
        );
        revoked = outcome.kind === 'answer';
        if (outcome.kind === 'unavailable') output.warning(`Not revoked in the org: ${outcome.reason}`);
        if (outcome.kind === 'refused') output.warning(`The org did not revoke the token: ${outcome.refusal.error}.`);
      } catch (error) {
        if (!(error instanceof AmpError)) throw error;
        output.warning(`Not revoked in the org: ${error.message}`);
      }
    }
    await credentials.delete(org.id);
    await credentials.delete(keyAccount(org.id));
    if (files) await clearJournal(files);
    await registry.remove(org.id);
  });
  return { alias: org.alias, username: org.username, orgId: org.orgId, revoked };
}

import type { CredentialStore } from '../../../credentials/credential-store.ts';
import { Secret } from '../../../credentials/secret.ts';
import type { OrgRecord } from '../../../orgs/org.ts';
import type { OrgRegistry } from '../../../orgs/registry.ts';
import { withAccountLock } from './account.ts';
import { keyAccount } from './grants.ts';
import { clearJournal } from './refresh-journal.ts';
import type { SignIn } from './sign-in.ts';
import { saveBundle } from './token-bundle.ts';

/**
 * Keeps a sign-in: secrets first, then the record that says they exist. Whatever an interrupted renewal of the account's
 * earlier life left behind is void. Throws `org-alias-taken`, `credential-…`.
 */
export async function saveSignIn(
  signIn: SignIn,
  where: { credentials: CredentialStore; registry: OrgRegistry; configDir: string | undefined },
  alias: string | undefined,
): Promise<OrgRecord> {
  const { credentials, registry } = where;
  const before = await registry.find(signIn.org.id);
  const wanted = alias ?? before?.alias ?? (await freeAlias(registry, signIn.org));
  const org: OrgRecord = {
    ...signIn.org,
    alias: wanted,
    credentialStore: credentials.backend,
    createdAt: before?.createdAt ?? signIn.org.createdAt,
  };
  await withAccountLock({ dir: where.configDir, org }, async (files) => {
    await saveBundle(credentials, org, signIn.tokens);
    if (signIn.privateKey) await credentials.set(keyAccount(org.id), new Secret(signIn.privateKey));
    if (files) await clearJournal(files);
    await registry.save(org);
  });
  return org;
}

/** The My Domain's name, numbered when another org has it. */
async function freeAlias(registry: OrgRegistry, org: OrgRecord): Promise<string> {
  if (org.isEmulator) return org.alias;
  const taken = new Set((await registry.list()).map((other) => other.alias));
  for (let n = 1; ; n++) {
    const candidate = n === 1 ? org.alias : `${org.alias}-${n}`;
    if (!taken.has(candidate)) return candidate;
  }
}

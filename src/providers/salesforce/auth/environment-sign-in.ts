import type { Context } from '../../../cli/context.ts';
import type { CredentialStore } from '../../../credentials/credential-store.ts';
import type { EnvironmentSignIn } from '../../../credentials/environment.ts';
import { Secret } from '../../../credentials/secret.ts';
import { AmpError } from '../../../errors/amp-error.ts';
import type { OrgRecord } from '../../../orgs/org.ts';
import type { Output } from '../../../output/output.ts';
import { readPrivateFile } from '../../../platform/files.ts';
import { createHttp } from '../../../platform/http.ts';
import { proxyOf } from '../../../platform/proxy.ts';
import { keyAccount } from './grants.ts';
import { parseInstanceUrl, productionLogin } from './hosts.ts';
import { type Proof, signIn } from './sign-in.ts';
import { saveBundle, type TokenBundle } from './token-bundle.ts';

/** Signs in with what the environment gave; tokens stay in `credentials`, which is memory. Throws `org-…`. */
export async function signInFromEnvironment(
  given: EnvironmentSignIn,
  credentials: CredentialStore,
  context: Pick<Context, 'clock' | 'signal' | 'config'> & { output: Pick<Output, 'debug'> },
): Promise<{ org: OrgRecord; tokens: TokenBundle }> {
  const signedIn = await signIn(await proofOf(given), {
    http: createHttp(proxyOf(context.config.env)),
    clock: context.clock,
    signal: context.signal,
    tokenLifetimeMs: tokenLifetimeMs(context.config.env),
    ...(context.config.debug ? { trace: (line: string) => context.output.debug(line) } : {}),
  });
  const org: OrgRecord = { ...signedIn.org, alias: 'environment', credentialStore: 'environment' };
  await saveBundle(credentials, org, signedIn.tokens);
  if (signedIn.privateKey) await credentials.set(keyAccount(org.id), new Secret(signedIn.privateKey));
  return { org, tokens: signedIn.tokens };
}

/** AMP_TOKEN_LIFETIME: seconds a token lives, for orgs whose session policy is known and whose answers do not say. */
export function tokenLifetimeMs(env: Readonly<Record<string, string | undefined>>): number | undefined {
  const seconds = Number(env.AMP_TOKEN_LIFETIME);
  return seconds > 0 ? seconds * 1000 : undefined;
}

async function proofOf(given: EnvironmentSignIn): Promise<Proof> {
  const loginUrl = given.instanceUrl === undefined ? productionLogin : parseInstanceUrl(given.instanceUrl);
  switch (given.flow) {
    case 'access-token':
      return { flow: given.flow, instanceUrl: loginUrl, accessToken: given.accessToken.reveal() };
    case 'client-credentials':
      return { flow: given.flow, loginUrl, clientId: given.clientId, clientSecret: given.clientSecret.reveal() };
    case 'password': {
      const { clientId, clientSecret, username, password } = given;
      return {
        flow: given.flow,
        loginUrl,
        clientId,
        username,
        clientSecret: clientSecret.reveal(),
        password: password.reveal(),
      };
    }
    case 'jwt': {
      const { clientId, username, key } = given;
      const privateKey = key instanceof Secret ? key.reveal() : await readKeyFile(key.file);
      return { flow: given.flow, loginUrl, clientId, username, privateKey };
    }
  }
}

/** A PEM file as text. Throws `file-not-private` for links, foreign owners and files others may read. */
export async function readKeyFile(path: string): Promise<string> {
  const bytes = await readPrivateFile(path, { alone: true });
  if (!bytes) throw new AmpError({ code: 'file-unreadable', message: `The key file ${path} does not exist.` });
  return bytes.toString('utf8');
}

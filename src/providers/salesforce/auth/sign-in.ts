import { createMemoryStore } from '../../../credentials/memory.ts';
import { AmpError } from '../../../errors/amp-error.ts';
import type { OrgRecord } from '../../../orgs/org.ts';
import { createMemoryRegistry } from '../../../orgs/registry.ts';
import type { Clock } from '../../../platform/clock.ts';
import type { Http } from '../../../platform/http.ts';
import { connectSalesforce } from '../connect.ts';
import { clientCredentialsForm, jwtForm, passwordForm } from './grants.ts';
import { checkSalesforceUrl, isLoopback, looksLikeSandbox } from './hosts.ts';
import { fetchIdentity, fetchOrgFacts, negotiateVersion } from './identity.ts';
import { bundleFromAnswer, saveBundle, type TokenBundle } from './token-bundle.ts';
import { fetchToken, postForm, type TokenAnswer } from './token-endpoint.ts';

/** What somebody has to show for a sign-in without a browser. Secrets are plain text here, on their way out. */
export type Proof =
  | { flow: 'client-credentials'; loginUrl: string; clientId: string; clientSecret: string }
  | { flow: 'jwt'; loginUrl: string; clientId: string; username: string; privateKey: string }
  | {
      flow: 'password';
      loginUrl: string;
      clientId: string;
      clientSecret: string | undefined;
      username: string;
      password: string;
    }
  | { flow: 'access-token'; instanceUrl: string; accessToken: string }
  /** A finished web sign-in. */
  | { flow: 'web'; loginUrl: string; clientId: string; clientSecret: string | undefined; answer: TokenAnswer };

/** A sign-in that worked, not saved yet. */
export interface SignIn {
  /** `alias` and `credentialStore` are the caller's to set. */
  org: OrgRecord;
  tokens: TokenBundle;
  /** To be kept beside the tokens. */
  privateKey: string | undefined;
  displayName: string | undefined;
}

interface World {
  http: Http;
  clock: Clock;
  signal?: AbortSignal;
  trace?: (line: string) => void;
  /** Milliseconds a token lives, where configuration knows better than the org says. */
  tokenLifetimeMs?: number | undefined;
}

/** Gets a token for the proof and finds out whose it is. Throws `org-…`. */
export async function signIn(proof: Proof, world: World): Promise<SignIn> {
  const answer = await fetchAnswer(proof, world);
  const secrets = {
    ...('clientSecret' in proof && proof.clientSecret !== undefined ? { clientSecret: proof.clientSecret } : {}),
    ...(proof.flow === 'password' ? { password: proof.password } : {}),
  };
  const fresh = bundleFromAnswer(answer, secrets, world.clock.now());
  const lifetimeMs = fresh.lifetimeMs ?? world.tokenLifetimeMs ?? (await introspectLifetime(proof, answer, world));
  const tokens: TokenBundle = lifetimeMs === undefined ? fresh : { ...fresh, lifetimeMs };

  const loginUrl =
    proof.flow === 'access-token' ? tokens.instanceUrl : checkSalesforceUrl(proof.loginUrl, 'The login URL');
  const now = new Date(world.clock.now()).toISOString();
  const draft: OrgRecord = {
    id: 'signing-in',
    alias: new URL(tokens.instanceUrl).hostname.split('.')[0]!,
    provider: 'salesforce',
    orgId: 'signing-in',
    userId: '',
    username: '',
    isSandbox: looksLikeSandbox(tokens.instanceUrl) || looksLikeSandbox(loginUrl),
    isEmulator: isLoopback(new URL(tokens.instanceUrl).hostname),
    loginUrl,
    instanceUrl: tokens.instanceUrl,
    apiVersion: '60.0',
    flow: proof.flow,
    ...('clientId' in proof ? { clientId: proof.clientId } : {}),
    credentialStore: 'memory',
    status: 'connected',
    createdAt: now,
    updatedAt: now,
  };
  const clientOf = async (org: OrgRecord) => {
    // A token this young is never renewed: refused now means refused.
    const throwaway = { ...org, flow: 'access-token' as const };
    const credentials = createMemoryStore();
    await saveBundle(credentials, throwaway, tokens);
    return connectSalesforce({
      ...world,
      org: throwaway,
      credentials,
      registry: createMemoryRegistry([throwaway]),
      tokens,
    });
  };
  try {
    const client = await clientOf(draft);
    const apiVersion = await negotiateVersion(client);
    const { orgId, userId, username, displayName } = await fetchIdentity(client, answer.idUrl);
    const named = { ...draft, id: `${orgId}:${userId}`, orgId, userId, username, apiVersion };
    const versioned = await clientOf(named);
    const facts = await fetchOrgFacts(versioned);
    const usage = versioned.apiUsage;
    const org: OrgRecord = {
      ...named,
      alias: draft.isEmulator ? 'emulator' : draft.alias,
      isSandbox: facts.isSandbox ?? draft.isSandbox,
      ...(facts.name === undefined ? {} : { orgName: facts.name }),
      ...(facts.edition === undefined ? {} : { edition: facts.edition }),
      ...(usage ? { apiUsage: { ...usage, at: now } } : {}),
    };
    return { org, tokens, displayName, privateKey: proof.flow === 'jwt' ? proof.privateKey : undefined };
  } catch (error) {
    if (!(error instanceof AmpError) || error.code !== 'org-sign-in-expired') throw error;
    throw new AmpError({
      code: 'org-sign-in-refused',
      message: `${tokens.instanceUrl} does not accept this access token.`,
      hint: 'Check that the token is of this org and not expired, and that --instance-url is its My Domain.',
      causes: [...error.causes],
      cause: error,
    });
  }
}

async function fetchAnswer(proof: Proof, { http, clock, signal }: World): Promise<TokenAnswer> {
  switch (proof.flow) {
    case 'web':
      return proof.answer;
    case 'access-token':
      return {
        accessToken: proof.accessToken,
        instanceUrl: proof.instanceUrl,
        refreshToken: undefined,
        idUrl: undefined,
        lifetimeMs: undefined,
      };
    case 'client-credentials':
      return fetchToken(http, proof.loginUrl, clientCredentialsForm(proof.clientId, proof.clientSecret), signal);
    case 'jwt':
      return fetchToken(http, proof.loginUrl, jwtForm(proof, proof.privateKey, clock.now()), signal);
    case 'password': {
      const { clientId, clientSecret, username, password } = proof;
      const secrets = { password, ...(clientSecret === undefined ? {} : { clientSecret }) };
      return fetchToken(http, proof.loginUrl, passwordForm({ clientId, username }, secrets), signal);
    }
  }
}

/**
 * How long a token lives, asked once where the app may ask (confidential clients). Not knowing is fine: a 401 tells too, so
 * a refusal or silence here never fails a sign-in.
 */
async function introspectLifetime(proof: Proof, answer: TokenAnswer, world: World): Promise<number | undefined> {
  if (!('clientSecret' in proof) || !proof.clientSecret) return undefined;
  const outcome = await postForm(
    world.http,
    proof.loginUrl,
    '/services/oauth2/introspect',
    {
      token: answer.accessToken,
      token_type_hint: 'access_token',
      client_id: proof.clientId,
      client_secret: proof.clientSecret,
    },
    AbortSignal.any([AbortSignal.timeout(5_000), ...(world.signal ? [world.signal] : [])]),
  ).catch(() => undefined);
  world.signal?.throwIfAborted();
  if (outcome?.kind !== 'answer') return undefined;
  try {
    const { active, exp, iat } = JSON.parse(outcome.raw) as { active?: boolean; exp?: number; iat?: number };
    const lifetimeMs = (Number(exp) - Number(iat)) * 1000;
    return active && lifetimeMs > 0 ? lifetimeMs : undefined;
  } catch {
    return undefined;
  }
}

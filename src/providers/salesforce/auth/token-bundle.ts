import { randomBytes } from 'node:crypto';
import type { CredentialStore } from '../../../credentials/credential-store.ts';
import { Secret } from '../../../credentials/secret.ts';
import { AmpError } from '../../../errors/amp-error.ts';
import { holdSecret } from '../../../errors/redact.ts';
import type { OrgRecord } from '../../../orgs/org.ts';
import { reconnectCommand } from '../../../orgs/reconnect-command.ts';
import { checkSalesforceUrl } from './hosts.ts';
import type { TokenAnswer } from './token-endpoint.ts';

/** Everything secret about one account, as one entry of the credential store (a JWT key, being large, has its own). */
export interface TokenBundle {
  version: 1;
  /** Goes up with every token obtained; tells "somebody refreshed meanwhile" from "this is still mine". */
  generation: number;
  accessToken: string;
  /** Base of data calls: the latest token answer's word. */
  instanceUrl: string;
  /** Local time of the answer, ms. */
  obtainedAt: number;
  /** Only where the org told (expires_in, introspection) or configuration says; otherwise a 401 tells. */
  lifetimeMs?: number;
  refreshToken?: string;
  clientSecret?: string;
  password?: string;
  /** Base64 key of the recovery file. */
  dataKey: string;
}

/** A token is renewed this long before it would expire. */
export const expiryBufferMs = 30_000;

export function isNearExpiry(bundle: TokenBundle, now: number): boolean {
  if (bundle.lifetimeMs === undefined) return false;
  return bundle.obtainedAt + bundle.lifetimeMs - now < expiryBufferMs;
}

/** The bundle after a token answer. Without a new refresh token the old one stays. Throws `org-url-untrusted`. */
export function bundleFromAnswer(
  answer: TokenAnswer,
  previous: Partial<TokenBundle> | undefined,
  now: number,
): TokenBundle {
  const refreshToken = answer.refreshToken ?? previous?.refreshToken;
  const lifetimeMs = answer.lifetimeMs ?? previous?.lifetimeMs;
  return {
    version: 1,
    generation: (previous?.generation ?? 0) + 1,
    accessToken: answer.accessToken,
    instanceUrl: checkSalesforceUrl(answer.instanceUrl, 'The instance URL of the token answer'),
    obtainedAt: now,
    ...(lifetimeMs === undefined ? {} : { lifetimeMs }),
    ...(refreshToken === undefined ? {} : { refreshToken }),
    ...(previous?.clientSecret === undefined ? {} : { clientSecret: previous.clientSecret }),
    ...(previous?.password === undefined ? {} : { password: previous.password }),
    dataKey: previous?.dataKey ?? randomBytes(32).toString('base64'),
  };
}

export async function saveBundle(credentials: CredentialStore, org: OrgRecord, bundle: TokenBundle): Promise<void> {
  await credentials.set(org.id, new Secret(JSON.stringify(bundle)));
}

/** Throws `credential-store-locked` when the registry knows the account but the store says there is no entry. */
export async function loadBundle(credentials: CredentialStore, org: OrgRecord): Promise<TokenBundle> {
  const secret = await credentials.get(org.id);
  if (!secret) {
    const keychain = credentials.backend === 'keychain';
    throw new AmpError({
      code: 'credential-store-locked',
      message: keychain
        ? `The keychain is locked, or its entry for ${org.alias} (${org.username}) was removed.`
        : `The ${credentials.backend} credential store has no entry for ${org.alias} (${org.username}).`,
      hint: keychain
        ? `Unlock the keychain and try again; if the entry is gone: ${reconnectCommand(org)}`
        : `Sign in again: ${reconnectCommand(org)}`,
    });
  }
  const bundle = parseBundle(secret.reveal());
  if (!bundle) {
    throw new AmpError({
      code: 'credential-damaged',
      message: `The stored sign-in of ${org.alias} cannot be read.`,
      hint: `Sign in again: ${reconnectCommand(org)}`,
    });
  }
  return bundle;
}

export function parseBundle(text: string): TokenBundle | undefined {
  let bundle: TokenBundle;
  try {
    bundle = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (bundle?.version !== 1 || typeof bundle.accessToken !== 'string' || typeof bundle.dataKey !== 'string')
    return undefined;
  for (const value of [bundle.accessToken, bundle.refreshToken, bundle.clientSecret, bundle.password, bundle.dataKey]) {
    if (value) holdSecret(value);
  }
  return bundle;
}

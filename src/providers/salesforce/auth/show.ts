import { createHash } from 'node:crypto';
import type { Context } from '../../../cli/context.ts';
import { openCredentialStore } from '../../../credentials/policy.ts';
import { AmpError } from '../../../errors/amp-error.ts';
import type { OrgRecord } from '../../../orgs/org.ts';
import { reconnectCommand } from '../../../orgs/reconnect-command.ts';
import { openOrgRegistry } from '../../../orgs/registry.ts';
import { findOrg } from '../../open-org.ts';
import { loadBundle } from './token-bundle.ts';

/** A record, and what may be said of its secrets. */
export interface ShownOrg extends OrgRecord {
  default: boolean;
  /** `stored`, or why the store cannot say. */
  credentials: 'stored' | 'unreadable';
  credentialsProblem?: string;
  /** Tells two tokens apart without a character of either: `sha256:` and 12 hex digits. */
  accessTokenFingerprint?: string;
  tokenObtainedAt?: string;
  tokenExpiresAt?: string;
  accessToken?: string;
  /** The command that brings the org back, when it needs a new sign-in. */
  reconnect?: string;
}

/** Reads record and store; contacts nobody. With `reveal` a store that cannot be read is an error. */
export async function showOrg(
  context: Pick<Context, 'config'>,
  name: string | undefined,
  reveal: boolean,
): Promise<ShownOrg> {
  const registry = openOrgRegistry(context.config.configDir);
  const org = await findOrg(registry, name);
  const shown = {
    ...org,
    default: (await registry.default())?.id === org.id,
    ...(org.status === 'needs_reauth' ? { reconnect: reconnectCommand(org) } : {}),
  };
  try {
    const { accessToken, obtainedAt, lifetimeMs } = await loadBundle(
      openCredentialStore(org.credentialStore, context.config),
      org,
    );
    return {
      ...shown,
      credentials: 'stored',
      accessTokenFingerprint: `sha256:${createHash('sha256').update(accessToken).digest('hex').slice(0, 12)}`,
      tokenObtainedAt: new Date(obtainedAt).toISOString(),
      ...(lifetimeMs === undefined ? {} : { tokenExpiresAt: new Date(obtainedAt + lifetimeMs).toISOString() }),
      ...(reveal ? { accessToken } : {}),
    };
  } catch (error) {
    if (reveal || !(error instanceof AmpError)) throw error;
    return { ...shown, credentials: 'unreadable', credentialsProblem: error.message };
  }
}

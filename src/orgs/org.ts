/**
 * A connected org as the user's config folder knows it: everything but secrets, which live in the credential store under
 * `id`. Orgs belong to the user, not to a project.
 */
export interface OrgRecord {
  /** Stable key: `<orgId>:<userId>`. */
  id: string;
  alias: string;
  provider: 'salesforce';
  /** 18 characters. */
  orgId: string;
  orgName?: string;
  userId: string;
  username: string;
  edition?: string;
  isSandbox: boolean;
  isEmulator: boolean;
  loginUrl: string;
  /** Base of every data call: the latest token response's word. */
  instanceUrl: string;
  /** Such as `66.0`. */
  apiVersion: string;
  flow: 'web' | 'jwt' | 'client-credentials' | 'password' | 'access-token';
  clientId?: string;
  /** Backend that holds the secrets, so that "locked" is told apart from "never signed in". */
  credentialStore: 'keychain' | 'file' | 'memory' | 'environment';
  status: 'connected' | 'needs_reauth';
  statusReason?: string;
  createdAt: string;
  updatedAt: string;
  /** From Sforce-Limit-Info. */
  apiUsage?: { used: number; max: number; at: string };
}

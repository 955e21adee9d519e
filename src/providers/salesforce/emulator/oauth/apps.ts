import { SalesforceFault } from '../org.ts';

/** An application users sign in with: a connected app or external client app of the org. */
export interface ConnectedApp {
  clientId: string;
  /** Absent: a public client, which must not send one. */
  clientSecret?: string;
  name: string;
  /** Matched exactly, port included. */
  redirectUris: string[];
  /** PEM public key or certificate that JWT assertions are verified with. */
  publicKey?: string;
  scopes: string[];
  /** Username that client credentials run as; absent: the grant is off for this app. */
  runAs?: string;
  /** Not installed in the org: users cannot authorise it (September 2025 rule). */
  installed: boolean;
  /** Old clients of these apps may authorise without a challenge or with one of unstated method. */
  strictPkce: boolean;
}

export type NewApp = Partial<ConnectedApp> & { clientId: string };

export class ConnectedApps {
  readonly #apps = new Map<string, ConnectedApp>();

  register(app: NewApp): ConnectedApp {
    if (typeof app.clientId !== 'string' || app.clientId === '') {
      throw new SalesforceFault(400, 'MISSING_ARGUMENT', 'clientId is required');
    }
    const known = this.#apps.get(app.clientId);
    const full: ConnectedApp = {
      name: app.clientId,
      redirectUris: [],
      scopes: ['api', 'web', 'refresh_token', 'offline_access', 'id', 'openid', 'profile', 'full'],
      installed: true,
      strictPkce: true,
      ...known,
      ...app,
    };
    this.#apps.set(full.clientId, full);
    return full;
  }

  find(clientId: string | null): ConnectedApp | undefined {
    return clientId === null ? undefined : this.#apps.get(clientId);
  }

  list(): ConnectedApp[] {
    return [...this.#apps.values()];
  }
}

/** What the official CLI signs in with: a public client that every org knows. */
export const platformCli: NewApp = {
  clientId: 'PlatformCLI',
  name: 'Salesforce CLI',
  redirectUris: ['http://localhost:1717/OauthRedirect'],
  // The CLI sends code_challenge without code_challenge_method, and real orgs accept that.
  strictPkce: false,
};

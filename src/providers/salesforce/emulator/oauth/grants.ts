import type { EmulatedOrg } from '../org.ts';
import type { Settings } from '../settings.ts';
import { OAuthError } from './oauth-error.ts';
import type { Sessions } from './sessions.ts';

/**
 * Refresh tokens and authorization codes. A grant is one approval of one app by one user; with rotation on it is a family of
 * single-use refresh tokens: each refresh issues a new one, and in `strict` mode presenting a spent one (or racing two
 * refreshes) revokes the current token and every session issued with it (facts: rotation, mandatory since May 2026).
 */
export interface Grant {
  id: string;
  clientId: string;
  userId: string;
  scope: string;
  refreshToken: string;
  spent: string[];
  createdAt: number;
  lastUsedAt: number;
}

interface Code {
  clientId: string;
  userId: string;
  scope: string;
  redirectUri: string;
  challenge: string | undefined;
  expiresAt: number;
}

const codeLifeMs = 15 * 60_000;
const grantsPerUserAndApp = 5;
const expiredToken = () => new OAuthError('invalid_grant', 'expired access/refresh token');

export class Grants {
  readonly #org: EmulatedOrg;
  readonly #settings: Settings;
  readonly #sessions: Sessions;
  readonly #secret: (length: number) => string;
  readonly #codes = new Map<string, Code>();
  readonly #busy = new Set<string>();
  #grants: Grant[];
  /** Families revoked because a token was presented twice: a client's own fault. */
  selfInflicted = 0;
  rotations = 0;

  constructor(org: EmulatedOrg, settings: Settings, sessions: Sessions, secret: (length: number) => string) {
    this.#org = org;
    this.#settings = settings;
    this.#sessions = sessions;
    this.#secret = secret;
    this.#grants = (org.documents.load('grants') as Grant[] | undefined) ?? [];
  }

  issueCode(code: Omit<Code, 'expiresAt'>): string {
    const value = `aPrx${this.#secret(60)}`;
    this.#codes.set(value, { ...code, expiresAt: this.#org.clock.now() + codeLifeMs });
    return value;
  }

  /** Single use: gone whatever the outcome. */
  redeemCode(value: string | null): Code {
    const code = value === null ? undefined : this.#codes.get(value);
    if (!code) throw new OAuthError('invalid_grant', 'invalid authorization code');
    this.#codes.delete(value!);
    if (code.expiresAt <= this.#org.clock.now()) throw new OAuthError('invalid_grant', 'expired authorization code');
    return code;
  }

  create(grant: { clientId: string; userId: string; scope: string }): Grant {
    const now = this.#org.clock.now();
    const siblings = this.#grants.filter((g) => g.clientId === grant.clientId && g.userId === grant.userId);
    for (const oldest of siblings.slice(0, Math.max(0, siblings.length - grantsPerUserAndApp + 1))) this.revoke(oldest);
    const created = {
      ...grant,
      id: this.#secret(16),
      refreshToken: this.#newToken(),
      spent: [],
      createdAt: now,
      lastUsedAt: now,
    };
    this.#grants.push(created);
    this.#save();
    return created;
  }

  /** Takes a refresh token in; the grant stays busy until `finish`. `rotated` says that its token is new. */
  refresh(token: string | null, clientId: string): { grant: Grant; rotated: boolean; finish: () => void } {
    const grant = this.#grants.find((g) => g.refreshToken === token);
    const family = grant ?? this.#grants.find((g) => token !== null && g.spent.includes(token));
    if (!family || family.clientId !== clientId) throw expiredToken();
    const strict = this.#settings.rotation === 'strict';
    if (this.#busy.has(family.id)) {
      if (strict) this.#revokeFamily(family);
      throw new OAuthError('invalid_grant', 'token request is already being processed');
    }
    if (!grant) {
      if (strict) this.#revokeFamily(family);
      throw expiredToken();
    }
    const now = this.#org.clock.now();
    if (now - grant.lastUsedAt > this.#settings.refreshIdleMs) {
      this.revoke(grant);
      throw expiredToken();
    }
    grant.lastUsedAt = now;
    const rotated = this.#settings.rotation !== 'off';
    if (rotated) {
      grant.spent.push(grant.refreshToken);
      grant.refreshToken = this.#newToken();
      this.rotations++;
    }
    this.#busy.add(grant.id);
    this.#save();
    return { grant, rotated, finish: () => void this.#busy.delete(grant.id) };
  }

  /** Another process refreshes with this token: it is spent before our caller presents it. */
  useElsewhere(token: string | null): void {
    const grant = this.#grants.find((candidate) => candidate.refreshToken === token);
    if (!grant) return;
    grant.spent.push(grant.refreshToken);
    grant.refreshToken = this.#newToken();
    this.#save();
  }

  find(refreshToken: string): Grant | undefined {
    return this.#grants.find((grant) => grant.refreshToken === refreshToken);
  }

  /** Ends the grant and every session issued with it. */
  revoke(grant: Grant): void {
    this.#grants = this.#grants.filter((other) => other !== grant);
    this.#sessions.end((session) => session.grantId === grant.id);
    this.#save();
  }

  revokeAll(which: (grant: Grant) => boolean): number {
    const ending = this.#grants.filter(which);
    for (const grant of ending) this.revoke(grant);
    return ending.length;
  }

  list(): readonly Grant[] {
    return this.#grants;
  }

  #revokeFamily(grant: Grant): void {
    this.selfInflicted++;
    this.revoke(grant);
  }

  #newToken(): string {
    return `5Aep861${this.#secret(80)}`;
  }

  #save(): void {
    this.#org.documents.save('grants', this.#grants);
  }
}

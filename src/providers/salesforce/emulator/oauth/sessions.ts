import type { EmulatedOrg } from '../org.ts';
import type { Settings } from '../settings.ts';

/** A signed-in user: what an access token stands for. */
export interface Session {
  token: string;
  userId: string;
  clientId: string;
  /** The refresh-token family it came from. */
  grantId: string | undefined;
  scope: string;
  createdAt: number;
  lastUsedAt: number;
}

/** Sessions live in memory and slide: each use starts the org's timeout anew (there is no expires_in on this platform). */
export class Sessions {
  readonly #byToken = new Map<string, Session>();
  readonly #org: EmulatedOrg;
  readonly #settings: Settings;
  readonly #secret: (length: number) => string;

  constructor(org: EmulatedOrg, settings: Settings, secret: (length: number) => string) {
    this.#org = org;
    this.#settings = settings;
    this.#secret = secret;
  }

  start(user: { userId: string; clientId: string; grantId?: string | undefined; scope: string }): Session {
    const now = this.#org.clock.now();
    const token = `${this.#org.orgId.slice(0, 15)}!${this.#secret(80)}`;
    const session = { ...user, grantId: user.grantId, token, createdAt: now, lastUsedAt: now };
    this.#byToken.set(token, session);
    return session;
  }

  /** A token made elsewhere (`SF_ACCESS_TOKEN`, tests); it works until it expires like any other. */
  adopt(token: string, userId: string): Session {
    const now = this.#org.clock.now();
    const session = {
      token,
      userId,
      clientId: 'adopted',
      grantId: undefined,
      scope: 'api web',
      createdAt: now,
      lastUsedAt: now,
    };
    this.#byToken.set(token, session);
    return session;
  }

  /** The live session of a token, its clock started anew; undefined when unknown or expired. */
  use(token: string | undefined): Session | undefined {
    const session = this.peek(token);
    if (session) session.lastUsedAt = this.#org.clock.now();
    return session;
  }

  /** The same without counting as use (introspection). */
  peek(token: string | undefined): Session | undefined {
    const session = token === undefined ? undefined : this.#byToken.get(token);
    if (!session) return undefined;
    if (this.#org.clock.now() - session.lastUsedAt < this.#settings.sessionTimeoutMs) return session;
    this.#byToken.delete(session.token);
    return undefined;
  }

  expiresAt(session: Session): number {
    return session.lastUsedAt + this.#settings.sessionTimeoutMs;
  }

  end(which: (session: Session) => boolean): number {
    let ended = 0;
    for (const session of this.#byToken.values()) {
      if (which(session) && this.#byToken.delete(session.token)) ended++;
    }
    return ended;
  }

  list(): Session[] {
    return [...this.#byToken.values()];
  }
}

/** The token of `Authorization: Bearer|OAuth …` or `X-SFDC-Session`. */
export function tokenOf(headers: Record<string, string | undefined>): string | undefined {
  return /^(?:Bearer|OAuth)\s+(\S+)$/i.exec(headers.authorization ?? '')?.[1] ?? headers['x-sfdc-session'];
}

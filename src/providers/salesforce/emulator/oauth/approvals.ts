/** One authorize request waiting on its page for a person: everything the form must not be able to change. */
export interface PendingApproval {
  clientId: string;
  redirectUri: string;
  state: string | null;
  scope: string;
  challenge: string | undefined;
  expiresAt: number;
}

const lifeMs = 15 * 60_000;

/** Tickets of the sign-in page: single use, so that a form cannot be forged or sent twice. */
export class Approvals {
  readonly #pending = new Map<string, PendingApproval>();
  readonly #secret: (length: number) => string;
  readonly #now: () => number;

  constructor(secret: (length: number) => string, now: () => number) {
    this.#secret = secret;
    this.#now = now;
  }

  open(request: Omit<PendingApproval, 'expiresAt'>): string {
    const ticket = this.#secret(32);
    this.#pending.set(ticket, { ...request, expiresAt: this.#now() + lifeMs });
    return ticket;
  }

  peek(ticket: string | null): PendingApproval | undefined {
    const pending = ticket === null ? undefined : this.#pending.get(ticket);
    return pending && pending.expiresAt > this.#now() ? pending : undefined;
  }

  close(ticket: string): void {
    this.#pending.delete(ticket);
  }
}

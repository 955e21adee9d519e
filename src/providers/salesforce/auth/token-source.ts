import type { Account } from './account.ts';
import { loadTokens, renewTokens } from './renewal.ts';
import { isNearExpiry, type TokenBundle } from './token-bundle.ts';

/** Where a client gets its token from: loaded once, renewed by one request however many calls ask at the same time. */
export class TokenSource {
  readonly #account: Account;
  #tokens: TokenBundle | undefined;
  #loading: Promise<TokenBundle> | undefined;
  #renewing: Promise<TokenBundle> | undefined;

  constructor(account: Account, tokens?: TokenBundle) {
    this.#account = account;
    this.#tokens = tokens;
  }

  /** The base of data calls, once tokens are known. */
  get instanceUrl(): string | undefined {
    return this.#tokens?.instanceUrl;
  }

  /** A token good for at least the expiry buffer, as far as its end is known. */
  async current(): Promise<TokenBundle> {
    const tokens = this.#tokens ?? (await this.#load());
    const renewable = this.#account.org.flow !== 'access-token';
    if (!renewable || !isNearExpiry(tokens, this.#account.clock.now())) return tokens;
    return this.renew(tokens);
  }

  /** After the org refused `used`. A renewal started by one call serves all, so no single call's signal may end it. */
  async renew(used: TokenBundle): Promise<TokenBundle> {
    if (this.#tokens && this.#tokens.accessToken !== used.accessToken) return this.#tokens;
    this.#renewing ??= renewTokens(this.#account, used)
      .then((tokens) => {
        this.#tokens = tokens;
        return tokens;
      })
      .finally(() => {
        this.#renewing = undefined;
      });
    return this.#renewing;
  }

  #load(): Promise<TokenBundle> {
    this.#loading ??= loadTokens(this.#account)
      .then((tokens) => {
        this.#tokens = tokens;
        return tokens;
      })
      .finally(() => {
        this.#loading = undefined;
      });
    return this.#loading;
  }
}

import { inspect } from 'node:util';
import { holdSecret } from '../errors/redact.ts';

/** A text that never prints: JSON, string conversion and inspection all show `[secret]`, and `redact` knows its value. */
export class Secret {
  readonly #value: string;

  constructor(value: string) {
    this.#value = value;
    holdSecret(value);
  }

  /** The text itself. Call it only where the secret leaves the process (a header, a request body, the keychain). */
  reveal(): string {
    return this.#value;
  }

  toString(): string {
    return '[secret]';
  }

  toJSON(): string {
    return '[secret]';
  }

  [inspect.custom](): string {
    return '[secret]';
  }
}

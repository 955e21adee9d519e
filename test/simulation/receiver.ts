import { createHash } from 'node:crypto';
import type { Outcome, OutgoingMessage, Target } from '../../src/destinations/target.ts';
import type { Life } from './life.ts';

/** The product's webhook: refuses now and then, is down for hours, and sometimes takes a message whose answer is lost. */
export class SimulatedReceiver {
  readonly #random: () => number;
  /** Message id → hash of the body it had. */
  readonly received = new Map<string, string>();
  /** Messages that came again with another body. */
  readonly changed: string[] = [];
  readonly #now: () => number;
  downUntil = 0;
  isQuiet = false;
  attempts = 0;

  constructor(random: () => number, now: () => number) {
    this.#now = now;
    this.#random = random;
  }

  target(life: Life): Target {
    return {
      send: async (message) => {
        const slow = this.#random() < 0.1;
        if (slow) await life.guard(new Promise((resolve) => setTimeout(resolve, 1_000 + this.#random() * 10_000)));
        return life.guard(Promise.resolve(this.#take(message)));
      },
      close: async () => {},
    };
  }

  #take({ id, body }: OutgoingMessage): Outcome {
    this.attempts++;
    const lot = this.isQuiet ? 1 : this.#random();
    if (this.#now() < this.downUntil || lot < 0.03)
      return { kind: 'failed', reason: 'answered 503', status: 503, busy: false };
    const hash = createHash('sha256').update(body).digest('base64');
    const before = this.received.get(id);
    if (before !== undefined && before !== hash) this.changed.push(id);
    this.received.set(id, hash);
    // It has the message, and we do not know.
    if (lot < 0.06) return { kind: 'failed', reason: 'no answer in time', busy: true };
    return { kind: 'delivered', status: 200 };
  }
}

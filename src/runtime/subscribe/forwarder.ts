import type { OutgoingMessage, Target } from '../../destinations/target.ts';
import type { Clock } from '../../platform/clock.ts';

/** Hands messages to a developer's app one after the other, and waits for it when it is down. */
export interface Forwarder {
  /** Queues the messages; `done` runs when the app has taken all of them. Resolves when there is room for more. */
  push(messages: readonly OutgoingMessage[], done: () => void): Promise<void>;
  /** Messages the app has not taken. */
  readonly waiting: number;
  /** Ends once nothing waits, or when the signal aborts. */
  finish(): Promise<void>;
}

export interface ForwarderOptions {
  targets: readonly Target[];
  clock: Clock;
  signal: AbortSignal;
  onFailure(failure: { reason: string; status?: number; text?: string; retryInMs: number; waiting: number }): void;
  onRecovered(waiting: number): void;
}

/** Past this, the stream is slowed down instead: the org keeps events for 72 hours, our memory does not. */
const mostWaiting = 10_000;
const firstPauseMs = 500;
const longestPauseMs = 15_000;

export function startForwarder(options: ForwarderOptions): Forwarder {
  const queue: { messages: readonly OutgoingMessage[]; done: () => void }[] = [];
  let waiting = 0;
  let running: Promise<void> | undefined;
  let room: (() => void) | undefined;

  return {
    get waiting() {
      return waiting;
    },
    async push(messages, done) {
      queue.push({ messages, done });
      waiting += messages.length;
      running ??= drain().finally(() => {
        running = undefined;
      });
      if (waiting <= mostWaiting) return;
      await new Promise<void>((resolve) => {
        room = resolve;
        options.signal.addEventListener('abort', () => resolve(), { once: true });
      });
    },
    async finish() {
      await running;
    },
  };

  async function drain(): Promise<void> {
    while (queue.length > 0 && !options.signal.aborted) {
      const { messages, done } = queue[0]!;
      for (const message of messages) for (const target of options.targets) if (!(await send(target, message))) return;
      queue.shift();
      waiting -= messages.length;
      done();
      if (waiting <= mostWaiting) room?.();
    }
  }

  /** Tries until the app takes it; false when we are told to stop. */
  async function send(target: Target, message: OutgoingMessage): Promise<boolean> {
    for (let pauseMs = firstPauseMs; ; pauseMs = Math.min(pauseMs * 2, longestPauseMs)) {
      const outcome = await target.send(message);
      if (outcome.kind === 'delivered') {
        if (pauseMs > firstPauseMs) options.onRecovered(waiting);
        return true;
      }
      options.onFailure({
        reason: outcome.reason,
        ...(outcome.status === undefined ? {} : { status: outcome.status }),
        ...(outcome.answer ? { text: outcome.answer.text } : {}),
        retryInMs: pauseMs,
        waiting,
      });
      try {
        await options.clock.sleep(pauseMs, options.signal);
      } catch {
        // The only thing that ends the pause early is being told to stop; the queue says how much is left.
        return false;
      }
    }
  }
}

import type { OutgoingMessage, Target } from '../../destinations/target.ts';
import type { Clock } from '../../platform/clock.ts';

/** Hands messages to a developer's apps, to each one after the other, and waits for one that is down: the others go on. */
export interface Forwarder {
  /**
   * Queues a step's messages, all of one object; `done` runs when every app has taken them, in the order of the steps.
   * Resolves when there is room for more.
   */
  push(messages: readonly OutgoingMessage[], object: ForwardedObject, done: () => void): Promise<void>;
  /** Messages that an app has not taken. */
  readonly waiting: number;
  /** Ends once nothing waits, or when the signal aborts. */
  finish(): Promise<void>;
}

/** Names of an object, in lower case. */
export type ForwardedObject = readonly string[];

export interface App {
  target: Target;
  /** For people: which one it is. */
  name: string;
  /** In lower case; undefined: messages of every object. */
  object?: string;
}

export interface ForwarderOptions {
  apps: readonly App[];
  clock: Clock;
  signal: AbortSignal;
  onFailure(failure: {
    app: string;
    reason: string;
    status?: number;
    text?: string;
    retryInMs: number;
    waiting: number;
  }): void;
  onRecovered(app: string, waiting: number): void;
}

/** Past this, the stream is slowed down instead: the org keeps events for 72 hours, our memory does not. */
const mostWaiting = 10_000;
const firstPauseMs = 500;
const longestPauseMs = 15_000;

interface Step {
  messages: readonly OutgoingMessage[];
  /** Apps that have not taken it. */
  left: number;
  done: () => void;
}

export function startForwarder(options: ForwarderOptions): Forwarder {
  const steps: Step[] = [];
  const lanes = options.apps.map((app) => startLane(app, options, settle));
  let waiting = 0;
  let room: (() => void) | undefined;

  /** The place of the stream moves over what every app has taken. */
  function settle(): void {
    while (steps[0]?.left === 0) {
      const { messages, done } = steps.shift()!;
      waiting -= messages.length;
      done();
    }
    if (waiting <= mostWaiting) room?.();
  }

  return {
    get waiting() {
      return waiting;
    },
    async push(messages, object, done) {
      const takers = lanes.filter(({ app }) => app.object === undefined || object.includes(app.object));
      const step = { messages, left: takers.length, done };
      steps.push(step);
      waiting += messages.length;
      for (const lane of takers) lane.push(step);
      settle();
      if (waiting <= mostWaiting) return;
      await new Promise<void>((resolve) => {
        room = resolve;
        options.signal.addEventListener('abort', () => resolve(), { once: true });
      });
    },
    async finish() {
      await Promise.all(lanes.map((lane) => lane.finish()));
    },
  };
}

function startLane(app: App, { clock, signal, onFailure, onRecovered }: ForwarderOptions, settle: () => void) {
  const queue: Step[] = [];
  let running: Promise<void> | undefined;
  const waiting = () => queue.reduce((sum, { messages }) => sum + messages.length, 0);

  return {
    app,
    push(step: Step): void {
      queue.push(step);
      running ??= drain().finally(() => {
        running = undefined;
      });
    },
    async finish(): Promise<void> {
      await running;
    },
  };

  async function drain(): Promise<void> {
    while (queue[0] && !signal.aborted) {
      for (const message of queue[0].messages) if (!(await send(message))) return;
      queue.shift()!.left--;
      settle();
    }
  }

  /** Tries until the app takes it; false when we are told to stop. */
  async function send(message: OutgoingMessage): Promise<boolean> {
    for (let pauseMs = firstPauseMs; ; pauseMs = Math.min(pauseMs * 2, longestPauseMs)) {
      const outcome = await app.target.send(message);
      if (outcome.kind === 'delivered') {
        if (pauseMs > firstPauseMs) onRecovered(app.name, waiting());
        return true;
      }
      onFailure({
        app: app.name,
        reason: outcome.reason,
        ...(outcome.status === undefined ? {} : { status: outcome.status }),
        ...(outcome.answer ? { text: outcome.answer.text } : {}),
        retryInMs: pauseMs,
        waiting: waiting(),
      });
      try {
        await clock.sleep(pauseMs, signal);
      } catch {
        // The only thing that ends the pause early is being told to stop; the queue says how much is left.
        return false;
      }
    }
  }
}

import { setImmediate as immediately } from 'node:timers/promises';
import { AmpError } from '../../../errors/amp-error.ts';
import { isPassing } from '../../../errors/is-passing.ts';
import type { JsonObject } from '../../../mapping/json.ts';
import type { Clock } from '../../../platform/clock.ts';
import type { ChannelStart, EventSource, FollowOptions, StartPosition, StreamItem } from '../../event-source.ts';
import {
  type BayeuxFault,
  type BayeuxRequest,
  connectMessage,
  handshakeMessage,
  type Replay,
  readAdvice,
  readFault,
  subscribeMessage,
} from './bayeux.ts';
import { type Answer, readAnswer } from './read-answer.ts';

/**
 * Long polling with replay (Streaming API Developer Guide, "Message Durability"; Bayeux 1.0).
 *
 *   handshake → subscribe every channel from its position → connect, connect, connect …
 *
 * Any doubt goes back to the handshake with the position of the last event handed out: the server forgets a client after
 * 40 s without a connect, a session may expire in mid-stream, an answer may be lost on its way, the machine may have slept. The position only moves when the
 * consumer asks for the next item, so an event is never behind us before somebody has taken it. While it works, the next
 * connect is under way: should it be lost, that is one more doubt.
 */
export interface CometdTransport {
  /** Posts one Bayeux request; answers the JSON text of the messages. Rejects on network trouble and non-200 answers. */
  post(body: string, options: { timeoutMs: number; signal: AbortSignal }): Promise<string>;
  /** Gets a new session after `401::`. Throws when the org takes our sign-in no more. */
  renewSession(): Promise<void>;
}

export interface CometdOptions {
  transport: CometdTransport;
  clock: Clock;
  /** 0 ≤ x < 1; spreads reconnects of many clients. */
  random: () => number;
  /** Silence after which a connect counts as dead. The server answers within 110 s. */
  watchdogMs?: number;
  maxDelayMs?: number;
}

const requestTimeoutMs = 30_000;
/** Past this pause between connects the server has forgotten us (documented: 40 s). */
const serverMemoryMs = 40_000;

export function createCometdSource(options: CometdOptions): EventSource {
  return { follow: (follow) => followCometd(options, follow) };
}

async function* followCometd(options: CometdOptions, follow: FollowOptions): AsyncGenerator<StreamItem> {
  // A consumer that leaves takes the connect with it that is still under way.
  const left = new AbortController();
  try {
    yield* converse(options, { ...follow, signal: AbortSignal.any([follow.signal, left.signal]) });
  } finally {
    left.abort();
  }
}

async function* converse(options: CometdOptions, { channels, signal }: FollowOptions): AsyncGenerator<StreamItem> {
  const { transport, clock } = options;
  const watchdogMs = options.watchdogMs ?? 120_000;
  const positions = new Map<string, Replay>(channels.map((start) => [start.channel, replayOf(start)]));
  let clientId: string | undefined;
  let nextId = 0;
  let failures = 0;
  let lastConnectAt = clock.now();
  let renewals = 0;
  let intervalMs = 0;
  // Kept until somebody has taken them: an answer lost after a refused position must not lose the news of the gap.
  const gaps: StreamItem[] = [];
  let ahead: Promise<Answer> | undefined;

  while (!signal.aborted) {
    let fault: BayeuxFault | { kind: 'network'; reason: string } | undefined;
    try {
      if (clientId === undefined) {
        const opened = await open();
        if (opened.fault) fault = opened.fault;
        else {
          clientId = opened.clientId;
          // Subscribed from "now" a second time, the events in between would be nobody's.
          for (const [channel, replay] of positions) if (replay === '-1') positions.set(channel, '-2');
          lastConnectAt = clock.now();
          while (gaps.length > 0) yield gaps.shift()!;
          yield { kind: 'status', status: { state: 'connected', channels: [...positions.keys()] } };
        }
      }
      if (clientId !== undefined) {
        if (intervalMs > 0) await clock.sleep(intervalMs, signal);
        // A machine that slept wakes up with an old client id: the clock tells before the server does.
        if (clock.now() - lastConnectAt > serverMemoryMs && failures > 0) clientId = undefined;
        else {
          const answer: Promise<Answer> = ahead ?? connect(clientId, failures > 0);
          ahead = undefined;
          const { events, meta } = await answer;
          lastConnectAt = clock.now();
          for (const message of meta) fault ??= judge(message);
          if (!fault && events.length > 0 && intervalMs === 0) {
            ahead = connect(clientId, false);
            // Looked at when its turn comes.
            ahead.catch(() => {});
            // It leaves before the consumer works on this answer: a turn to look whether the connection still stands, one to write.
            await immediately();
            await immediately();
          }
          // Taken before yielding: if the consumer never comes back, the position is not ours to move.
          yield { kind: 'events', events, receivedAt: lastConnectAt };
          for (const event of events) positions.set(subscriptionOf(event.channel), event.replayId);
          if (!fault) {
            failures = 0;
            renewals = 0;
          }
        }
      }
    } catch (error) {
      if (signal.aborted) return;
      if (error instanceof AmpError && !isPassing(error)) throw error;
      fault = { kind: 'network', reason: error instanceof Error ? error.message : String(error) };
    }
    if (fault) {
      const pause = await recover(fault);
      if (pause) {
        yield { kind: 'status', status: pause };
        await sleep(pause.delayMs);
      }
    }
  }

  /** Handshake and subscriptions. A refused position is replaced by the earliest one and reported as a gap. */
  async function open(): Promise<{ clientId?: string; fault?: BayeuxFault }> {
    const {
      meta: [shake],
    } = await post([handshakeMessage(++nextId)], requestTimeoutMs);
    if (shake?.successful !== true) return { fault: readFault(shake ?? {}) };
    const id = String(shake.clientId);
    for (const [channel, replay] of positions) {
      const refused = await subscribe(id, channel, replay);
      if (refused?.kind === 'replay-refused') {
        gaps.push({ kind: 'gap', channel, lostAfter: replay, detectedAt: clock.now() });
        positions.set(channel, '-2');
        const again = await subscribe(id, channel, '-2');
        if (again) return { fault: again };
      } else if (refused) return { fault: refused };
    }
    return { clientId: id };
  }

  async function subscribe(id: string, channel: string, replay: Replay): Promise<BayeuxFault | undefined> {
    const { meta } = await send(`[${subscribeMessage(++nextId, id, channel, replay)}]`, requestTimeoutMs);
    const verdict = meta.find((message) => message.channel === '/meta/subscribe');
    return verdict?.successful === true ? undefined : readFault(verdict ?? {});
  }

  function judge(message: JsonObject): BayeuxFault | undefined {
    const advice = readAdvice(message);
    intervalMs = advice.intervalMs ?? intervalMs;
    if (message.successful !== false) return undefined;
    if (advice.reconnect === 'handshake') {
      const fault = readFault(message);
      return fault.kind === 'session-expired' ? fault : { kind: 'unknown-client' };
    }
    return readFault(message);
  }

  /** What to do about a fault; answers the pause to make before going on, when there is one. */
  async function recover(
    fault: BayeuxFault | { kind: 'network'; reason: string },
  ): Promise<Extract<Extract<StreamItem, { kind: 'status' }>['status'], { state: 'reconnecting' }> | undefined> {
    switch (fault.kind) {
      case 'unknown-client':
        clientId = undefined;
        failures++;
        return failures > 1 ? reconnecting('the org has forgotten this client') : undefined;
      case 'replay-refused':
        clientId = undefined;
        return undefined;
      case 'session-expired':
        clientId = undefined;
        // One renewal cures an expired session; when the new one is refused as well, the sign-in itself is the trouble.
        if (++renewals > 2)
          throw new AmpError({
            code: 'org-sign-in-expired',
            message: 'The org refuses the stream even with a new session.',
          });
        await transport.renewSession();
        return undefined;
      case 'refused':
        throw new AmpError({
          code: fault.limit ? 'subscribe-limit' : 'subscribe-refused',
          message: `The org refuses the subscription: ${fault.reason}.`,
          details: { reason: fault.reason },
        });
      case 'busy':
        return reconnecting('the org is too busy');
      case 'network':
        // The lost answer may have held events that the server now counts as delivered: only a new subscription from our
        // position brings them back.
        clientId = undefined;
        return reconnecting(fault.reason);
    }
  }

  function reconnecting(reason: string) {
    failures++;
    const ceiling = Math.min(options.maxDelayMs ?? 30_000, 500 * 2 ** Math.min(failures, 10));
    return {
      state: 'reconnecting' as const,
      reason,
      attempt: failures,
      delayMs: Math.round(ceiling * (0.5 + options.random() / 2)),
    };
  }

  /** An event of `/data/ChangeEvents` may name its own channel; the position belongs to the subscription. */
  function subscriptionOf(channel: string): string {
    return positions.has(channel) || positions.size > 1 ? channel : [...positions.keys()][0]!;
  }

  function connect(id: string, isAnsweredAtOnce: boolean): Promise<Answer> {
    return post([connectMessage(++nextId, id, isAnsweredAtOnce)], watchdogMs);
  }

  function post(messages: BayeuxRequest[], timeoutMs: number): Promise<Answer> {
    return send(JSON.stringify(messages), timeoutMs);
  }

  async function send(body: string, timeoutMs: number): Promise<Answer> {
    return readAnswer(await transport.post(body, { timeoutMs, signal }));
  }

  async function sleep(ms: number): Promise<void> {
    try {
      await clock.sleep(ms, signal);
    } catch (error) {
      if (!signal.aborted) throw error;
    }
  }
}

function replayOf({ from }: ChannelStart): Replay {
  return replayText(from);
}

function replayText(from: StartPosition): Replay {
  return from === 'now' ? '-1' : from === 'earliest' ? '-2' : from.after;
}

import { AmpError } from '../../src/errors/amp-error.ts';
import type { JsonObject } from '../../src/mapping/json.ts';
import { parseJson } from '../../src/mapping/parse-json.ts';
import type { Clock } from '../../src/platform/clock.ts';
import type { CometdTransport } from '../../src/providers/salesforce/events/cometd-source.ts';

/** A small generator (mulberry32): one number drives a whole simulated world. */
export function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** What the org's client throws when a call fails that may succeed a little later. */
export function passing(
  code: 'salesforce-connection-lost' | 'salesforce-timeout' | 'salesforce-unavailable',
): AmpError {
  return new AmpError({ code, message: `simulated: ${code}` });
}

/** A clock that jumps to the end of every sleep. */
export class VirtualClock implements Clock {
  #now = 1_770_000_000_000;
  now(): number {
    return this.#now;
  }
  async sleep(ms: number, signal?: AbortSignal): Promise<void> {
    signal?.throwIfAborted();
    this.#now += ms;
  }
  advance(ms: number): void {
    this.#now += ms;
  }
}

export interface Faults {
  /** Shares of requests: lost on the way there, lost on the way back. */
  drop: number;
  dropAnswer: number;
  forget: number;
  expireSession: number;
  busy: number;
}

export type SimulatedKind =
  | 'CREATE'
  | 'UPDATE'
  | 'DELETE'
  | 'GAP_CREATE'
  | 'GAP_UPDATE'
  | 'GAP_DELETE'
  | 'GAP_OVERFLOW';

interface Stored {
  replayId: number;
  at: number;
  id: string;
  kind: SimulatedKind;
  ids: string[];
}

const retentionMs = 72 * 3_600_000;

/** The server's side of Salesforce's CometD as the facts describe it: ordered log, replay, retention, forgetfulness. */
export class SimulatedStream implements CometdTransport {
  readonly log: Stored[] = [];
  readonly #channel: string;
  readonly #clock: VirtualClock;
  readonly #random: () => number;
  readonly faults: Faults;
  #nextReplay = 100;
  #clients = new Map<string, { cursor: number | undefined; lastConnect: number }>();
  #sessionValid = true;
  #postsInSession = 0;
  renewals = 0;

  constructor(channel: string, clock: VirtualClock, random: () => number, faults: Faults) {
    this.#channel = channel;
    this.#clock = clock;
    this.#random = random;
    this.faults = faults;
  }

  /** `ids` are the records of a merged event; none for one record of the event's own name. */
  commit(id: string, kind: SimulatedKind = 'CREATE', ids: string[] = [id]): void {
    // Replay ids are not contiguous.
    this.#nextReplay += 1 + Math.floor(this.#random() * 3);
    this.log.push({ replayId: this.#nextReplay, at: this.#clock.now(), id, kind, ids });
  }

  expireSession(): void {
    this.#sessionValid = false;
  }

  async renewSession(): Promise<void> {
    this.renewals++;
    this.#postsInSession = 0;
    this.#sessionValid = true;
  }

  async post(body: string): Promise<string> {
    this.#clock.advance(20);
    if (this.#random() < this.faults.drop) throw passing('salesforce-connection-lost');
    // A session lives for a while before it expires.
    if (++this.#postsInSession > 8 && this.#random() < this.faults.expireSession) this.#sessionValid = false;
    if (this.#random() < this.faults.forget) this.#clients.clear();
    const answers = (parseJson(body) as JsonObject[]).flatMap((message) => this.#answer(message));
    if (this.#random() < this.faults.dropAnswer) throw passing('salesforce-timeout');
    return JSON.stringify(answers);
  }

  #answer(message: JsonObject): Record<string, unknown>[] {
    const channel = message.channel as string;
    const refuse = (error: string, reconnect?: string) => [
      {
        channel,
        id: message.id,
        successful: false,
        error,
        ...(reconnect ? { advice: { reconnect, interval: 0 } } : {}),
      },
    ];
    if (!this.#sessionValid) return refuse('401::Authentication invalid', 'none');
    if (channel === '/meta/handshake') {
      const clientId = `c${this.#clients.size}-${Math.floor(this.#random() * 1e9)}`;
      this.#clients.set(clientId, { cursor: undefined, lastConnect: this.#clock.now() });
      return [{ channel, id: message.id, successful: true, clientId, ext: { replay: true } }];
    }
    const client = this.#clients.get(message.clientId as string);
    if (!client || this.#clock.now() - client.lastConnect > 40_000) return refuse('403::Unknown client', 'handshake');
    if (channel === '/meta/subscribe') {
      const replay = Number(((message.ext as JsonObject).replay as JsonObject)[this.#channel]);
      const oldest = this.log.find((entry) => entry.at >= this.#clock.now() - retentionMs)?.replayId;
      if (replay === -1) client.cursor = this.log.at(-1)?.replayId ?? 0;
      else if (replay === -2) client.cursor = (oldest ?? this.#nextReplay + 1) - 1;
      else {
        const known = this.log.find((entry) => entry.replayId === replay);
        if (!known || known.at < this.#clock.now() - retentionMs) {
          return refuse(
            `400::The replayId {${replay}} you provided was invalid.  Please provide a valid ID, -2 to replay all events, or -1 to replay only new events.`,
          );
        }
        client.cursor = replay;
      }
      return [{ channel, id: message.id, successful: true, subscription: this.#channel }];
    }
    if (this.#random() < this.faults.busy)
      return refuse('503::Server is too busy. Try your request again later.', 'retry');
    client.lastConnect = this.#clock.now();
    const visible = this.log.filter((entry) => entry.at >= this.#clock.now() - retentionMs);
    const due = visible
      .filter((entry) => client.cursor !== undefined && entry.replayId > client.cursor)
      .slice(0, 1 + Math.floor(this.#random() * 5));
    if (due.length > 0) client.cursor = due.at(-1)!.replayId;
    const events = due.map((entry) => ({
      channel: this.#channel,
      data: {
        event: { replayId: entry.replayId },
        payload: {
          Name: entry.id,
          ChangeEventHeader: {
            entityName: 'Account',
            recordIds: entry.kind === 'GAP_OVERFLOW' ? ['000000000000000AAA'] : entry.ids,
            changeType: entry.kind,
            transactionKey: entry.id,
            sequenceNumber: 1,
            commitTimestamp: entry.at,
            changedFields: entry.kind === 'UPDATE' ? ['Name'] : [],
          },
        },
      },
    }));
    return [
      ...events,
      { channel, id: message.id, successful: true, advice: { reconnect: 'retry', interval: 0, timeout: 110_000 } },
    ];
  }
}

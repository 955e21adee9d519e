import type { EmulatedOrg } from '../org.ts';
import type { Settings } from '../settings.ts';
import {
  type BayeuxMessage,
  type BayeuxReply,
  failure,
  idOf,
  invalidReplay,
  replayOf,
  subscriptionsOf,
} from './bayeux-messages.ts';
import type { EventBus } from './event-bus.ts';

/** Who sends, from the HTTP request around the messages. */
export interface Sender {
  /** Undefined when the access token is not valid (any more). */
  userId: () => string | undefined;
  cookie: string | undefined;
  signal: AbortSignal;
  /** An error a fault puts into the reply to this meta channel. */
  forced?: { channel: string; error: string; reconnect?: string } | undefined;
}

interface Client {
  id: string;
  cookie: string;
  userId: string;
  /** Channel → replay id of the last event given. */
  positions: Map<string, number>;
  /** When it last had no connect open, on the org's clock. */
  awaySince: number;
  held: boolean;
  release: (() => void) | undefined;
}

/** Of one channel; the rest comes with the next connect. */
const eventsPerReply = 500;
const unauthenticated = '401::Authentication invalid';
const dailyLimit = '403::Organization total events daily limit exceeded';

/**
 * Bayeux over long polling, as the platform speaks it (facts 15). A client handshakes, subscribes with a replay position per
 * channel, and keeps one `/meta/connect` open: it is held until an event comes or the timeout passes, then answered with the
 * events and asked again. A client that stays away longer than `maxIntervalMs` is forgotten and told `403::Unknown client`.
 * Errors are values of the reply (`CODE::text`), never HTTP errors.
 */
export class BayeuxServer {
  readonly #org: EmulatedOrg;
  readonly #settings: Settings;
  readonly #bus: EventBus;
  readonly #secret: (length: number) => string;
  readonly #clients = new Map<string, Client>();
  readonly #stopListening: () => void;

  constructor(org: EmulatedOrg, settings: Settings, bus: EventBus, secret: (length: number) => string) {
    this.#org = org;
    this.#settings = settings;
    this.#bus = bus;
    this.#secret = secret;
    this.#stopListening = bus.onEvents(() => this.#wake());
  }

  get clientCount(): number {
    return this.#clients.size;
  }

  forgetClients(): void {
    this.#clients.clear();
    this.#wakeAll();
  }

  /** Looks again at every open connect: sessions may have ended, time may have moved. */
  recheck(): void {
    this.#wakeAll();
  }

  close(): void {
    this.#stopListening();
    this.#wakeAll();
  }

  /** Answers the messages of one HTTP request, in order; the last may be held. */
  async handle(messages: BayeuxMessage[], sender: Sender): Promise<{ replies: BayeuxReply[]; cookie?: string }> {
    const replies: BayeuxReply[] = [];
    let cookie: string | undefined;
    // A connect in front of subscriptions in one request must not hold them up: it is answered last.
    const connects = messages.filter(({ channel }) => channel === '/meta/connect');
    for (const message of messages) {
      if (message.channel === '/meta/connect') continue;
      const client = message.channel === '/meta/handshake' ? this.#handshake(message, sender, replies) : undefined;
      if (client) cookie = client.cookie;
      if (message.channel !== '/meta/handshake') replies.push(this.#answer(message, sender));
    }
    for (const message of connects) {
      const immediately = message.advice?.timeout === 0 || messages.length > 1;
      replies.push(...(await this.#connect(message, sender, immediately)));
    }
    return cookie === undefined ? { replies } : { replies, cookie };
  }

  #handshake(message: BayeuxMessage, sender: Sender, replies: BayeuxReply[]): Client | undefined {
    const base = { ...idOf(message), channel: '/meta/handshake' };
    const userId = sender.userId();
    const refuse = (failureReason: string): undefined => {
      replies.push({
        ext: { sfdc: { failureReason }, replay: true },
        advice: { reconnect: 'none' },
        ...base,
        error: '403::Handshake denied',
        successful: false,
      });
    };
    const forced = forcedFor(sender, '/meta/handshake');
    if (forced) return refuse(forced.error);
    if (userId === undefined) return refuse(unauthenticated);
    this.#forgetStale();
    if (this.#clients.size >= this.#settings.concurrentEventClients) {
      return refuse('403::Organization concurrent user limit exceeded');
    }
    const client: Client = {
      id: this.#secret(24),
      cookie: this.#secret(16),
      userId,
      positions: new Map(),
      awaySince: this.#org.clock.now(),
      held: false,
      release: undefined,
    };
    this.#clients.set(client.id, client);
    replies.push({
      ...base,
      successful: true,
      version: '1.0',
      minimumVersion: '1.0',
      clientId: client.id,
      supportedConnectionTypes: ['long-polling'],
      ext: { replay: true, 'payload.format': true },
    });
    return client;
  }

  #answer(message: BayeuxMessage, sender: Sender): BayeuxReply {
    const { channel = '' } = message;
    const forced = forcedFor(sender, channel);
    if (forced) return failure(message, forced.error, forced.reconnect);
    const client = this.#find(message, sender);
    if ('error' in client) return failure(message, client.error, client.reconnect);
    switch (channel) {
      case '/meta/subscribe':
        return this.#subscribe(message, client);
      case '/meta/unsubscribe':
        for (const name of subscriptionsOf(message)) client.positions.delete(name);
        return { ...idOf(message), channel, clientId: client.id, successful: true, subscription: message.subscription };
      case '/meta/disconnect':
        this.#clients.delete(client.id);
        client.release?.();
        return { ...idOf(message), channel, clientId: client.id, successful: true };
      default:
        return failure(message, channel === '' ? '400::Channel name not specified' : '403::Restricted channel');
    }
  }

  #find(message: BayeuxMessage, sender: Sender): Client | { error: string; reconnect: string } {
    if (sender.userId() === undefined) return { error: unauthenticated, reconnect: 'none' };
    if (message.clientId === undefined)
      return { error: '403::Client has not completed handshake', reconnect: 'handshake' };
    this.#forgetStale();
    const client = this.#clients.get(message.clientId);
    if (!client) return { error: '403::Unknown client', reconnect: 'handshake' };
    if (sender.cookie !== client.cookie) {
      const error = `400::Client ${client.id} has established a session, but no BAYEUX_BROWSER cookie present`;
      return { error, reconnect: 'handshake' };
    }
    return client;
  }

  #subscribe(message: BayeuxMessage, client: Client): BayeuxReply {
    const channels = subscriptionsOf(message);
    const fail = (error: string) => ({ ...failure(message, error), subscription: message.subscription });
    if (channels.length === 0) return fail('400::Channel name not specified');
    if (this.#bus.deliveredToday() >= this.#settings.dailyEvents) return fail(dailyLimit);
    for (const channel of channels) {
      if (!this.#bus.exists(channel))
        return fail(`400::The channel you requested to subscribe to doesn't exist {${channel}}`);
      const replay = replayOf(message, channel);
      if (replay !== -1 && replay !== -2 && !this.#bus.canResume(channel, replay)) return fail(invalidReplay(replay));
      client.positions.set(channel, replay === -1 ? this.#bus.newestReplayId(channel) : replay);
    }
    client.release?.();
    return {
      ...idOf(message),
      channel: '/meta/subscribe',
      clientId: client.id,
      successful: true,
      subscription: message.subscription,
    };
  }

  async #connect(message: BayeuxMessage, sender: Sender, immediately: boolean): Promise<BayeuxReply[]> {
    const forced = forcedFor(sender, '/meta/connect');
    if (forced) return [failure(message, forced.error, forced.reconnect)];
    const client = this.#find(message, sender);
    if ('error' in client) return [failure(message, client.error, client.reconnect)];
    // Only one connect is open at a time: a newer one takes over.
    client.release?.();
    let events = this.#collect(client);
    if (events.length === 0 && !immediately && !sender.signal.aborted) {
      await this.#hold(client, sender.signal);
      events = this.#collect(client);
    }
    client.awaySince = this.#org.clock.now();
    if (sender.userId() === undefined) return [failure(message, unauthenticated, 'none')];
    if (!this.#clients.has(client.id)) return [failure(message, '403::Unknown client', 'handshake')];
    if (events.length > 0 && this.#bus.deliveredToday() + events.length > this.#settings.dailyEvents) {
      return [failure(message, dailyLimit, 'none')];
    }
    for (const { channel, replayId } of events) client.positions.set(channel, replayId);
    this.#bus.countDelivered(events.length);
    const advice = { interval: 0, timeout: this.#settings.connectTimeoutMs, reconnect: 'retry' };
    return [
      ...events.map(({ channel, data }) => ({ channel, data })),
      { ...idOf(message), channel: '/meta/connect', clientId: client.id, successful: true, advice },
    ];
  }

  /** Until an event, the timeout, a newer request of the same client, or the end of this one. */
  #hold(client: Client, signal: AbortSignal): Promise<void> {
    client.held = true;
    return new Promise((resolve) => {
      const timer = setTimeout(done, this.#settings.connectTimeoutMs);
      const release = done;
      function done() {
        clearTimeout(timer);
        signal.removeEventListener('abort', done);
        client.held = false;
        if (client.release === release) client.release = undefined;
        resolve();
      }
      client.release = release;
      signal.addEventListener('abort', done);
    });
  }

  #collect(client: Client): { channel: string; replayId: number; data: unknown }[] {
    const events = [...client.positions].flatMap(([channel, position]) =>
      this.#bus.after(channel, position, eventsPerReply).map((event) => ({ channel, event })),
    );
    return events.map(({ channel, event }) => ({
      channel,
      replayId: event.replayId,
      data: this.#bus.render(event, channel),
    }));
  }

  #wake(): void {
    for (const client of this.#clients.values()) {
      const waiting =
        client.held && [...client.positions].some(([channel, at]) => this.#bus.after(channel, at, 1).length > 0);
      if (waiting) client.release?.();
    }
  }

  #wakeAll(): void {
    for (const client of this.#clients.values()) client.release?.();
  }

  #forgetStale(): void {
    const now = this.#org.clock.now();
    for (const client of this.#clients.values()) {
      if (!client.held && now - client.awaySince > this.#settings.maxIntervalMs) this.#clients.delete(client.id);
    }
  }
}

function forcedFor(sender: Sender, channel: string) {
  return sender.forced?.channel === channel ? sender.forced : undefined;
}

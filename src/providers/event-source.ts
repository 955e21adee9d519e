import type { StreamEvent } from './salesforce/events/change-event.ts';

/** A followed stream, whatever carries it (CometD today, Pub/Sub gRPC on the same contract). */
export interface EventSource {
  /**
   * Follows the channels until `signal` aborts. Yields in the org's order per channel; never ends by itself. Throws AmpError
   * `subscribe-refused`, `subscribe-limit`, `org-…` for what no retry cures.
   */
  follow(options: FollowOptions): AsyncIterable<StreamItem>;
}

export interface FollowOptions {
  channels: readonly ChannelStart[];
  signal: AbortSignal;
}

export interface ChannelStart {
  channel: string;
  from: StartPosition;
}

/**
 * `after`: the first event behind this replay id. `now` begins with the subscription; when the line breaks before any event came,
 * what the org retains comes instead, because nothing tells where the subscription began: the caller leaves out what is older.
 */
export type StartPosition = 'now' | 'earliest' | { after: string };

export type StreamItem =
  /** One response of the org: events in order. An empty list is a sign of life. */
  | { kind: 'events'; events: StreamEvent[]; receivedAt: number }
  /** The position was refused; the stream goes on from the earliest retained event, what lies between is unknown. */
  | { kind: 'gap'; channel: string; lostAfter: string; detectedAt: number }
  | { kind: 'status'; status: StreamStatus };

export type StreamStatus =
  | { state: 'connected'; channels: string[] }
  | { state: 'reconnecting'; reason: string; attempt: number; delayMs: number };

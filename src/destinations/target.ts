/** An opened destination: something a stored message can be handed to. */
export interface Target {
  /** Never throws for a failed delivery: that is an outcome. */
  send(message: OutgoingMessage): Promise<Outcome>;
  close(): Promise<void>;
}

export interface OutgoingMessage {
  id: string;
  topic: string;
  /** When it was stored, epoch milliseconds: the same for every attempt. */
  createdAt: number;
  body: Uint8Array;
  /** Sent again on a person's request. */
  replayed: boolean;
}

export type Outcome = { kind: 'delivered'; status?: number; answer?: Answer } | FailedOutcome;

export interface FailedOutcome {
  kind: 'failed';
  /** One line: what happened, without any part of the message. */
  reason: string;
  status?: number;
  /** A timeout or 429: wait at least a minute. */
  busy: boolean;
  retryAfterMs?: number;
  /** The receiver asked us to forget this message (`webhook-delivery: abort-message`). */
  aborted?: boolean;
  /** 410: the receiver asked us to stop altogether. */
  gone?: boolean;
  answer?: Answer;
}

/** What the receiver said, at most 20,000 bytes of it; for `amp destinations test`, never stored. */
export interface Answer {
  text: string;
  durationMs: number;
}

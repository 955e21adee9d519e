/** One message of a Bayeux request; one request carries several. */
export interface BayeuxMessage {
  channel?: string;
  id?: string;
  clientId?: string;
  subscription?: string | string[];
  advice?: { timeout?: number };
  ext?: { replay?: boolean | Record<string, number> };
  data?: unknown;
}

export type BayeuxReply = Record<string, unknown>;

export const invalidReplay = (id: unknown) =>
  `400::The replayId {${id}} you provided was invalid.  Please provide a valid ID, -2 to replay all events, or -1 to replay only new events.`;
export const idOf = ({ id }: BayeuxMessage) => (id === undefined ? {} : { id });

/** A refusal: `error` is a value of the reply, never an HTTP error. */
export function failure(message: BayeuxMessage, error: string, reconnect?: string): BayeuxReply {
  return {
    ...idOf(message),
    channel: message.channel ?? '',
    ...(message.clientId === undefined ? {} : { clientId: message.clientId }),
    ...(reconnect === undefined ? {} : { advice: { reconnect, interval: 0 } }),
    error,
    successful: false,
  };
}

export const subscriptionsOf = ({ subscription }: BayeuxMessage): string[] =>
  subscription === undefined ? [] : Array.isArray(subscription) ? subscription : [subscription];

/** -1 (new events only) unless the replay extension says otherwise for this channel. */
export function replayOf(message: BayeuxMessage, channel: string): number {
  const replay = message.ext?.replay;
  const id = typeof replay === 'object' && replay !== null ? replay[channel] : undefined;
  return typeof id === 'number' && Number.isInteger(id) ? id : id === undefined ? -1 : Number(id);
}

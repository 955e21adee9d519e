import type { JsonObject } from '../../../mapping/json.ts';

/**
 * The Bayeux messages Salesforce's CometD endpoint speaks (Streaming API Developer Guide; Bayeux 1.0). Every request is a
 * JSON array of messages to `/cometd/<version>`; errors come as `CODE:args:text` in `error`, never as an HTTP status.
 */
export type BayeuxRequest = Record<string, unknown>;

/** A position to start from: after this replay id, `-1` new events only, `-2` everything retained. */
export type Replay = string;

export function handshakeMessage(id: number): BayeuxRequest {
  return {
    channel: '/meta/handshake',
    id: String(id),
    version: '1.0',
    minimumVersion: '1.0',
    supportedConnectionTypes: ['long-polling'],
    ext: { replay: true },
  };
}

export function connectMessage(id: number, clientId: string, immediate: boolean): BayeuxRequest {
  return {
    channel: '/meta/connect',
    id: String(id),
    clientId,
    connectionType: 'long-polling',
    ...(immediate ? { advice: { timeout: 0 } } : {}),
  };
}

/** The replay id is written as a bare number: it may exceed 2^53, so the message is text made here. */
export function subscribeMessage(id: number, clientId: string, channel: string, replay: Replay): string {
  const digits = /^-?\d+$/.test(replay) ? replay : JSON.stringify(replay);
  return `{"channel":"/meta/subscribe","id":"${id}","clientId":${JSON.stringify(clientId)},"subscription":${JSON.stringify(channel)},"ext":{"replay":{${JSON.stringify(channel)}:${digits}}}}`;
}

export interface BayeuxAdvice {
  reconnect?: 'retry' | 'handshake' | 'none';
  intervalMs?: number;
  timeoutMs?: number;
}

export function readAdvice(message: JsonObject): BayeuxAdvice {
  const advice = message.advice as JsonObject | undefined;
  if (!advice) return {};
  const reconnect = advice.reconnect;
  return {
    ...(reconnect === 'retry' || reconnect === 'handshake' || reconnect === 'none' ? { reconnect } : {}),
    ...(typeof advice.interval === 'number' ? { intervalMs: advice.interval } : {}),
    ...(typeof advice.timeout === 'number' ? { timeoutMs: advice.timeout } : {}),
  };
}

/** What a refusal means for the state machine. */
export type BayeuxFault =
  | { kind: 'session-expired' }
  /** The server has forgotten us: handshake and subscribe again from the last position. */
  | { kind: 'unknown-client' }
  /** The position is older than retention, or invalid. */
  | { kind: 'replay-refused' }
  | { kind: 'busy' }
  /** Nothing a retry could cure. `reason` is the org's own text. */
  | { kind: 'refused'; reason: string; limit: boolean };

/** Reads `error` and `ext.sfdc.failureReason` of an unsuccessful answer. */
export function readFault(message: JsonObject): BayeuxFault {
  const sfdc = ((message.ext as JsonObject | undefined)?.sfdc as JsonObject | undefined)?.failureReason;
  const error = typeof sfdc === 'string' ? sfdc : typeof message.error === 'string' ? message.error : '';
  const code = error.slice(0, 3);
  if (code === '401') return { kind: 'session-expired' };
  if (/unknown client|not completed handshake|no .*cookie present/i.test(error)) return { kind: 'unknown-client' };
  if (/replayId/i.test(error)) return { kind: 'replay-refused' };
  if (code === '503' || code === '500' || /too busy/i.test(error)) return { kind: 'busy' };
  return { kind: 'refused', reason: error || 'no reason given', limit: /limit exceeded/i.test(error) };
}

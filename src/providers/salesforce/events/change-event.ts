import { AmpError } from '../../../errors/amp-error.ts';
import { type Json, JsonNumber, type JsonObject } from '../../../mapping/json.ts';
import { JsonFragment } from '../../../mapping/json-fragment.ts';
import { memberText } from '../../../mapping/parse-json.ts';

/**
 * One event as the org's stream delivered it. Change events carry a `ChangeEventHeader`; platform events do not. The payload's
 * text keeps the digits of its numbers: `commitNumber` passes 2^53 in current orgs.
 */
export interface StreamEvent {
  /** `/data/AccountChangeEvent`, `/data/ChangeEvents`, `/event/Order__e`. */
  channel: string;
  /** Opaque position after this event, as text. */
  replayId: string;
  /** Unique per platform event, when the org sends one. */
  eventUuid?: string;
  header?: ChangeHeader;
  /** The whole payload, header included, as received. */
  payload: JsonFragment;
  /** The payload parsed, when that lost nothing outside its header. */
  plain?: JsonObject;
}

export type ChangeType =
  | 'CREATE'
  | 'UPDATE'
  | 'DELETE'
  | 'UNDELETE'
  | 'GAP_CREATE'
  | 'GAP_UPDATE'
  | 'GAP_DELETE'
  | 'GAP_UNDELETE'
  | 'GAP_OVERFLOW'
  | (string & {});

export interface ChangeHeader {
  entityName: string;
  recordIds: string[];
  changeType: ChangeType;
  changeOrigin: string;
  transactionKey: string;
  sequenceNumber: number;
  /** Milliseconds since the epoch, on the org's clock. */
  commitTimestamp: number;
  commitUser: string;
  /** As sent: `Name.LastName`, `MailingAddress.City`. UPDATE only. */
  changedFields: string[];
}

/**
 * Reads one `/meta`-free CometD message whose payload stands in `texts`. Throws `subscribe-event-malformed` when it is no event
 * at all.
 */
export function parseStreamEvent(message: JsonObject, texts: ReadonlyMap<JsonObject, string>): StreamEvent {
  const data = asObject(message.data);
  const payload = asObject(data?.payload);
  const text = payload && texts.get(payload);
  const event = asObject(data?.event);
  const channel = message.channel;
  const replayId = event?.replayId;
  if (typeof channel !== 'string' || text === undefined || replayId === undefined || replayId === null) {
    throw new AmpError({
      code: 'subscribe-event-malformed',
      message: `A message on ${typeof channel === 'string' ? channel : 'the stream'} has no payload or replay id.`,
    });
  }
  const header = readHeader(text);
  const uuid = event?.EventUuid;
  return {
    channel,
    replayId: String(replayId),
    ...(typeof uuid === 'string' ? { eventUuid: uuid } : {}),
    ...(header ? { header } : {}),
    payload: JsonFragment.fromText(text),
  };
}

/**
 * The header inside a payload's text. JSON.parse is three times as fast as the exact parser, and of a header only the commit
 * number is longer than a double: nobody needs it but the reader of the text.
 */
function readHeader(payload: string): ChangeHeader | undefined {
  const text = memberText(payload, 'ChangeEventHeader');
  return text === undefined ? undefined : headerOf(JSON.parse(text));
}

export function headerOf(header: Record<string, unknown>): ChangeHeader {
  return {
    entityName: asText(header.entityName),
    recordIds: asTexts(header.recordIds ?? header.recordId),
    changeType: asText(header.changeType),
    changeOrigin: asText(header.changeOrigin),
    transactionKey: asText(header.transactionKey),
    sequenceNumber: Number(header.sequenceNumber ?? 0),
    commitTimestamp: Number(header.commitTimestamp ?? 0),
    commitUser: asText(header.commitUser),
    changedFields: asTexts(header.changedFields),
  };
}

function asObject(value: Json | undefined): JsonObject | undefined {
  return value !== null && typeof value === 'object' && !Array.isArray(value) && !(value instanceof JsonNumber)
    ? (value as JsonObject)
    : undefined;
}

function asText(value: unknown): string {
  if (typeof value === 'string') return value;
  return value === null || value === undefined ? '' : String(value);
}

/** Lists are lists; a single text (an already singular header) is a list of one. */
function asTexts(value: unknown): string[] {
  if (Array.isArray(value)) return value.every((item) => typeof item === 'string') ? value : value.map(asText);
  return typeof value === 'string' ? [value] : [];
}

/** Ids that stand for "any number of records": a wildcard after a type conversion, the empty id after an overflow. */
export function isWildcardId(recordId: string): boolean {
  return recordId.includes('*') || /^0{15}/.test(recordId);
}

/** Headers that say only that something happened: the body must be read from the org. */
export function isGap(header: ChangeHeader): boolean {
  return header.changeType.startsWith('GAP_');
}

/** What cannot be healed record by record: the whole object has to be reconciled. */
export function needsReconciliation(header: ChangeHeader): boolean {
  return header.changeType === 'GAP_OVERFLOW' || header.recordIds.some(isWildcardId);
}

/**
 * Receivers and our own store drop repeats by this key. The same transaction with another sequence number is another event.
 */
export function dedupeKey(header: ChangeHeader, recordId: string): string {
  return `${recordId}:${header.transactionKey}:${header.sequenceNumber}`;
}

/** The same behind the time of the commit, thirteen digits: in this order, what comes together is kept together. */
export function seenKey(header: ChangeHeader, recordId: string): string {
  return `${header.commitTimestamp}:${dedupeKey(header, recordId)}`;
}

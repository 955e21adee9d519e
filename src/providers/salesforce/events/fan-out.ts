import { type Json, type JsonObject, renderJson } from '../../../mapping/json.ts';
import { JsonFragment } from '../../../mapping/json-fragment.ts';
import { findObject } from '../../../mapping/parse-json.ts';
import type { ChangeHeader, StreamEvent } from './change-event.ts';

/** One record's share of a change event. */
export interface RecordEvent {
  recordId: string;
  header: ChangeHeader;
  replayId: string;
  /** The whole event's payload, shared by the records it names. */
  payload: JsonFragment;
  /** The payload parsed, when that lost nothing outside its header. */
  plain?: JsonObject | undefined;
  /** The event's payload with a singular `recordId` in its header and no `recordIds`. */
  rawEvent: JsonFragment;
}

/** One entry per record id, in the header's order. A header that is singular already passes as it is. */
export function fanOut(event: StreamEvent): RecordEvent[] {
  const { header } = event;
  if (!header) return [];
  const cut = cutIds(event.payload.text);
  return header.recordIds.map((recordId) => ({
    recordId,
    header,
    replayId: event.replayId,
    payload: event.payload,
    plain: event.plain,
    rawEvent: cut
      ? JsonFragment.fromText(`${cut.before}"recordId":${renderJson(recordId)}${cut.after}`)
      : JsonFragment.fromValue(singular(event.payload.value, recordId)),
  }));
}

/**
 * The payload's text around its list of ids; everything else stays as the org wrote it. A quote inside a value is escaped, so a
 * quoted name before a colon is a key. Undefined when the text does not look as expected.
 */
function cutIds(text: string): { before: string; after: string } | undefined {
  idsKey.lastIndex = findObject(text, 'ChangeEventHeader', 0);
  if (idsKey.lastIndex < 0) return undefined;
  const ids = idsKey.exec(text);
  return ids ? { before: text.slice(0, ids.index), after: text.slice(idsKey.lastIndex) } : undefined;
}

const idsKey = /"recordIds"\s*:\s*\[[^\]{}]*\]/g;

function singular(payload: JsonObject, recordId: string): JsonObject {
  const copy: JsonObject = Object.create(null);
  for (const [key, value] of Object.entries(payload))
    copy[key] = key === 'ChangeEventHeader' ? header(value, recordId) : value;
  return copy;
}

/** Keys keep their order; the singular id stands where the list stood. */
function header(value: Json, recordId: string): Json {
  const copy: JsonObject = Object.create(null);
  for (const [key, inner] of Object.entries(value as JsonObject)) {
    if (key === 'recordIds' || key === 'recordId') copy.recordId = recordId;
    else copy[key] = inner;
  }
  return copy;
}

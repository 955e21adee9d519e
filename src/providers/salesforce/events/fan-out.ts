import type { Json, JsonObject } from '../../../mapping/json.ts';
import type { ChangeHeader, StreamEvent } from './change-event.ts';

/** One record's share of a change event. */
export interface RecordEvent {
  recordId: string;
  header: ChangeHeader;
  replayId: string;
  /** The event's payload with a singular `recordId` in its header and no `recordIds`. */
  rawEvent: JsonObject;
}

/** One entry per record id, in the header's order. A header that is singular already passes as it is. */
export function fanOut(event: StreamEvent): RecordEvent[] {
  const { header } = event;
  if (!header) return [];
  return header.recordIds.map((recordId) => ({
    recordId,
    header,
    replayId: event.replayId,
    rawEvent: singular(event.payload, recordId),
  }));
}

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

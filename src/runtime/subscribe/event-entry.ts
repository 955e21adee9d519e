import { type Json, JsonNumber, type JsonObject } from '../../mapping/json.ts';
import { mapRecord } from '../../mapping/map-record.ts';
import { isGap } from '../../providers/salesforce/events/change-event.ts';
import type { RecordEvent } from '../../providers/salesforce/events/fan-out.ts';
import type { SubscribeEventType } from '../../providers/salesforce/events/select-event.ts';
import { flattenField } from '../../providers/salesforce/events/watch-filter.ts';
import type { Subscription } from './subscription.ts';

/** One element of a subscribe message's `result`. */
export type EventEntry = JsonObject;

export interface EntryInput {
  subscription: Subscription;
  event: RecordEvent;
  type: SubscribeEventType;
  /** Read after the event; undefined when it is gone, hidden, or was deleted. */
  record: JsonObject | undefined;
}

/**
 * The entry of one record's event. `fields`, `mappedFields` and `raw` equal those of a read; without a record they hold what
 * the event itself carried.
 */
export function eventEntry({ subscription, event, type, record }: EntryInput): EventEntry {
  const { header } = event;
  const entry: EventEntry = { subscribeEventType: type, providerEventType: header.changeType };
  if (type === 'delete') entry.id = event.recordId;
  if (header.changedFields.length > 0) entry.fieldsUpdated = header.changedFields.map(flattenField);
  const shown = record ?? recordOf(event);
  const mapped = mapRecord(subscription.plan, shown);
  entry.fields = record || !isGap(header) ? keepCarried(mapped.fields, record) : {};
  entry.mappedFields = mapped.mappedFields;
  entry.raw = shown;
  entry.rawEvent = event.rawEvent;
  return entry;
}

/** Without the record, only what the event carried is known: a null would be an invention. */
function keepCarried(fields: JsonObject, record: JsonObject | undefined): JsonObject {
  if (record) return fields;
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== null));
}

/** The event's payload as a record: compounds taken apart, the id put in. */
function recordOf(event: RecordEvent): JsonObject {
  const record: JsonObject = { Id: event.recordId };
  for (const [key, value] of Object.entries(event.rawEvent)) {
    if (key === 'ChangeEventHeader') continue;
    if (isPlainObject(value))
      for (const [part, inner] of Object.entries(value)) record[flattenField(`${key}.${part}`)] = inner;
    else record[key] = value;
  }
  return record;
}

function isPlainObject(value: Json): value is JsonObject {
  return value !== null && typeof value === 'object' && !Array.isArray(value) && !(value instanceof JsonNumber);
}

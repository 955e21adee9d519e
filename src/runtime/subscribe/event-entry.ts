import { type Json, JsonNumber, type JsonObject, renderJson } from '../../mapping/json.ts';
import { JsonFragment } from '../../mapping/json-fragment.ts';
import { mapRecord } from '../../mapping/map-record.ts';
import { parseJsonWithout } from '../../mapping/parse-json.ts';
import { isGap } from '../../providers/salesforce/events/change-event.ts';
import type { RecordEvent } from '../../providers/salesforce/events/fan-out.ts';
import type { SubscribeEventType } from '../../providers/salesforce/events/select-event.ts';
import { flattenField } from '../../providers/salesforce/events/watch-filter.ts';
import type { Subscription } from './subscription.ts';

/** One element of a subscribe message's `result`. */
export interface EventEntry {
  subscribeEventType: SubscribeEventType;
  providerEventType: string;
  /** Deletes only: the record is no longer there to carry it. */
  id?: string;
  /** Flattened names; absent when the event names none. */
  fieldsUpdated?: string[];
  fields: JsonObject;
  mappedFields: JsonObject;
  raw: JsonFragment;
  rawEvent: JsonFragment;
  /** Made by a reading that closed a hole in the stream. */
  healed?: true;
}

export interface EntryInput {
  subscription: Subscription;
  event: RecordEvent;
  type: SubscribeEventType;
  /** Read after the event; undefined when it is gone, hidden, or was deleted. */
  record: JsonFragment | undefined;
}

/**
 * The entry of one record's event. `fields`, `mappedFields` and `raw` equal those of a read; without a record they hold what
 * the event itself carried.
 */
export function eventEntry({ subscription, event, type, record }: EntryInput): EventEntry {
  const { header } = event;
  const shown = record ?? carriedRecord(event);
  const mapped = mapRecord(subscription.plan, shown.value, record === undefined);
  return {
    subscribeEventType: type,
    providerEventType: header.changeType,
    ...(type === 'delete' ? { id: event.recordId } : {}),
    ...(header.changedFields.length > 0 ? { fieldsUpdated: header.changedFields.map(flattenField) } : {}),
    fields: record || !isGap(header) ? mapped.fields : {},
    mappedFields: mapped.mappedFields,
    raw: shown,
    rawEvent: event.rawEvent,
  };
}

/** The entry as JSON text; `front` stands before its own keys, such as `"type":"event",`. What the org wrote is passed on as it wrote it. */
export function renderEntry(entry: EventEntry, front = ''): string {
  const kind = `"subscribeEventType":"${entry.subscribeEventType}","providerEventType":${renderJson(entry.providerEventType)}`;
  const id = entry.id === undefined ? '' : `,"id":${renderJson(entry.id)}`;
  const changed = entry.fieldsUpdated ? `,"fieldsUpdated":${renderJson(entry.fieldsUpdated)}` : '';
  const mapped = `,"fields":${renderJson(entry.fields)},"mappedFields":${renderJson(entry.mappedFields)}`;
  const sources = `,"raw":${entry.raw.text},"rawEvent":${entry.rawEvent.text}`;
  return `{${front}${kind}${id}${changed}${mapped}${sources}${entry.healed ? ',"healed":true' : ''}}`;
}

/** The event's payload as a record: compounds taken apart, the id put in. */
function carriedRecord(event: RecordEvent): JsonFragment {
  const record: JsonObject = event.recordId === '' ? {} : { Id: event.recordId };
  const payload = event.plain ?? parseJsonWithout(event.payload.text, 'ChangeEventHeader');
  for (const key of Object.keys(payload)) {
    if (key === 'ChangeEventHeader') continue;
    const value = payload[key]!;
    if (isPlainObject(value))
      for (const part of Object.keys(value)) record[flattenField(`${key}.${part}`)] = value[part]!;
    else record[key] = value;
  }
  return JsonFragment.fromValue(record, event.plain && JSON.stringify(record));
}

function isPlainObject(value: Json): value is JsonObject {
  return value !== null && typeof value === 'object' && !Array.isArray(value) && !(value instanceof JsonNumber);
}

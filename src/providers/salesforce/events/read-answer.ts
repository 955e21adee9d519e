import type { JsonObject } from '../../../mapping/json.ts';
import { JsonFragment } from '../../../mapping/json-fragment.ts';
import { endOfValue, findObject, parseJsonKeeping } from '../../../mapping/parse-json.ts';
import { headerOf, parseStreamEvent, type StreamEvent } from './change-event.ts';

export interface Answer {
  events: StreamEvent[];
  meta: JsonObject[];
}

/** Takes a Bayeux answer apart. Throws SyntaxError for what is no JSON, `subscribe-event-malformed`. */
export function readAnswer(text: string): Answer {
  return readUsual(text) ?? readExactly(text);
}

function readExactly(text: string): Answer {
  const { value, texts } = parseJsonKeeping(text, { under: 'payload', parsed: false });
  const answer: Answer = { events: [], meta: [] };
  for (const message of (Array.isArray(value) ? value : [value]) as JsonObject[]) {
    if (isMeta(message)) answer.meta.push(message);
    else answer.events.push(parseStreamEvent(message, texts));
  }
  return answer;
}

/**
 * JSON.parse is several times as fast as the exact parser, and of a usual answer it spoils only commit numbers, which nobody
 * needs but the reader of the text. The payloads' texts are found by their key: as many as there are events, or it is not clear which belongs
 * to which. Undefined when anything is not as usual.
 */
function readUsual(text: string): Answer | undefined {
  const messages = parsed(text);
  if (!Array.isArray(messages)) return undefined;
  const answer: Answer = { events: [], meta: [] };
  let at = 0;
  for (const message of messages) {
    if (!isObject(message)) return undefined;
    if (isMeta(message)) {
      answer.meta.push(message);
      continue;
    }
    const start = findObject(text, 'payload', at);
    if (start < 0) return undefined;
    at = endOfValue(text, start);
    const event = usualEvent(message, text.slice(start, at));
    if (!event) return undefined;
    answer.events.push(event);
  }
  return findObject(text, 'payload', at) < 0 ? answer : undefined;
}

function usualEvent({ channel, data }: JsonObject, text: string): StreamEvent | undefined {
  if (typeof channel !== 'string' || !isObject(data) || !isObject(data.payload) || !isObject(data.event)) {
    return undefined;
  }
  const { replayId, EventUuid: uuid } = data.event;
  if (typeof replayId !== 'string' && !Number.isSafeInteger(replayId)) return undefined;
  const header = data.payload.ChangeEventHeader;
  if (!isObject(header)) return undefined;
  const event: StreamEvent = {
    channel,
    replayId: String(replayId),
    header: headerOf(header),
    payload: JsonFragment.fromText(text),
  };
  if (typeof uuid === 'string') event.eventUuid = uuid;
  if (isPlain(data.payload)) event.plain = data.payload;
  return event;
}

/** No number outside the header: only numbers lose digits. */
function isPlain(payload: JsonObject): boolean {
  for (const key of Object.keys(payload)) {
    const value = payload[key]!;
    if (typeof value === 'number') return false;
    if (typeof value !== 'object' || value === null || key === 'ChangeEventHeader') continue;
    if (!isPlain(value as JsonObject)) return false;
  }
  return true;
}

/** Undefined for what is no JSON: the exact parser tells where, without quoting what stands there. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isMeta(message: JsonObject): boolean {
  return String(message.channel).startsWith('/meta/');
}

function isObject(value: unknown): value is JsonObject {
  return value !== null && typeof value === 'object' && !Array.isArray(value);
}

import { exactNumber, type Json, type JsonNumber, type JsonObject } from './json.ts';
import { JsonFault } from './json-fault.ts';

/** Parses JSON text (RFC 8259) with exact numbers. Throws SyntaxError with the offset. */
export function parseJson(text: string): Json {
  return parse(text);
}

/** Objects whose text is kept instead of being parsed: those under the key `under`, alone or in a list. */
export interface Keeping {
  under: string;
  /** False: their text is enough, and the object in the value is empty. */
  parsed: boolean;
}

/** Like `parseJson`, and keeps the text of some objects: who passes them on need not write them again. */
export function parseJsonKeeping(text: string, keep: Keeping): { value: Json; texts: ReadonlyMap<JsonObject, string> } {
  const texts = new Map<JsonObject, string>();
  return { value: parse(text, { keep: { ...keep, texts } }), texts };
}

/** Like `parseJson` of an object, without the member `name`. */
export function parseJsonWithout(text: string, name: string): JsonObject {
  return parse(text, { without: name }) as JsonObject;
}

/**
 * The text of a member whose value is an object, found without parsing what stands before it: a quote inside a text is escaped,
 * so a quoted name before a colon is a key. The caller knows that no other object in the text has a member of this name.
 */
export function memberText(text: string, name: string): string | undefined {
  const start = findObject(text, name, 0);
  return start < 0 ? undefined : text.slice(start, endOfValue(text, start));
}

/** Where the next object under the key `name` begins, from `from` on; -1 when there is none. */
export function findObject(text: string, name: string, from: number): number {
  const quoted = `"${name}"`;
  for (let key = text.indexOf(quoted, from); key >= 0; key = text.indexOf(quoted, key + 1)) {
    let at = key + quoted.length;
    while (isSpace(text.charCodeAt(at))) at++;
    if (text.charCodeAt(at++) !== 0x3a) continue;
    while (isSpace(text.charCodeAt(at))) at++;
    if (text.charCodeAt(at) === 0x7b) return at;
  }
  return -1;
}

interface ParseOptions {
  keep?: Keeping & { texts: Map<JsonObject, string> };
  without?: string;
}

function parse(text: string, { keep, without }: ParseOptions = {}): Json {
  let at = 0;
  const result = value('');
  skipSpace();
  if (at < text.length) throw fault();
  return result;

  /** `under`: the nearest key around the value. */
  function value(under: string): Json {
    skipSpace();
    switch (text.charCodeAt(at)) {
      case 0x7b: {
        if (keep === undefined || under !== keep.under) return object();
        const start = at;
        const found = keep.parsed ? object() : skipObject();
        keep.texts.set(found, text.slice(start, at));
        return found;
      }
      case 0x5b:
        return array(under);
      case 0x22:
        return string();
      case 0x74:
        return word('true', true);
      case 0x66:
        return word('false', false);
      case 0x6e:
        return word('null', null);
      default:
        return number();
    }
  }

  function object(): JsonObject {
    const result = new BareObject();
    at++;
    skipSpace();
    if (text.charCodeAt(at) === 0x7d) {
      at++;
      return result;
    }
    for (;;) {
      skipSpace();
      if (text.charCodeAt(at) !== 0x22) throw fault();
      const key = name();
      skipSpace();
      if (text.charCodeAt(at++) !== 0x3a) throw fault();
      if (key === without) skipValue();
      else result[key] = value(key);
      skipSpace();
      const next = text.charCodeAt(at++);
      if (next === 0x7d) return result;
      if (next !== 0x2c) throw fault();
    }
  }

  function array(under: string): Json[] {
    const result: Json[] = [];
    at++;
    skipSpace();
    if (text.charCodeAt(at) === 0x5d) {
      at++;
      return result;
    }
    for (;;) {
      result.push(value(under));
      skipSpace();
      const next = text.charCodeAt(at++);
      if (next === 0x5d) return result;
      if (next !== 0x2c) throw fault();
    }
  }

  function skipObject(): JsonObject {
    skipValue();
    return new BareObject();
  }

  function skipValue(): void {
    skipSpace();
    at = endOfValue(text, at);
  }

  function string(): string {
    const start = at++;
    let escaped = false;
    for (;;) {
      const code = text.charCodeAt(at);
      if (code === 0x22) break;
      if (code === 0x5c) {
        escaped = true;
        at++;
      }
      if (!(code >= 0x20)) throw fault();
      at++;
    }
    at++;
    return escaped ? (JSON.parse(text.slice(start, at)) as string) : text.slice(start + 1, at - 1);
  }

  /** The key of a member. The same few come again and again: making a string of each would cost more than anything else. */
  function name(): string {
    const start = at + 1;
    const end = text.indexOf('"', start);
    const length = end - start;
    if (length <= 0 || length > longestKnownName) return string();
    const slot = (length * 31 + text.charCodeAt(start) * 7 + text.charCodeAt(end - 1)) & (knownNames.length - 1);
    const known = knownNames[slot]!;
    if (known.length === length && text.startsWith(known, start)) {
      at = end + 1;
      return known;
    }
    const found = string();
    // Found is as long as its text only when nothing in it was escaped.
    if (at === end + 1 && found.length === length) knownNames[slot] = found;
    return found;
  }

  function number(): number | JsonNumber {
    const start = at;
    let integer = 0;
    for (;;) {
      const digit = text.charCodeAt(at) - 0x30;
      if (!(digit >= 0 && digit <= 9)) break;
      integer = integer * 10 + digit;
      at++;
    }
    // The usual case: a whole number that a double holds, without a zero in front.
    if (at > start && at - start < 16 && (at - start === 1 || text.charCodeAt(start) !== 0x30) && !goesOn())
      return integer;
    numberPattern.lastIndex = start;
    const match = numberPattern.exec(text);
    if (!match) {
      at = start;
      throw fault();
    }
    at = numberPattern.lastIndex;
    return exactNumber(match[0]);
  }

  /** A fraction or an exponent follows. */
  function goesOn(): boolean {
    const next = text.charCodeAt(at);
    return next === 0x2e || next === 0x65 || next === 0x45;
  }

  function word<Value extends Json>(literal: string, meaning: Value): Value {
    if (!text.startsWith(literal, at)) throw fault();
    at += literal.length;
    return meaning;
  }

  function skipSpace(): void {
    while (isSpace(text.charCodeAt(at))) at++;
  }

  function fault(): JsonFault {
    return new JsonFault(at);
  }
}

function isSpace(code: number): boolean {
  return code === 0x20 || code === 0x0a || code === 0x0d || code === 0x09;
}

/**
 * Where the value that begins at `at` ends. Trusts what stands between its brackets: who parses it finds out. Throws SyntaxError
 * when the text ends first.
 */
export function endOfValue(text: string, at: number): number {
  let depth = 0;
  for (let place = at; place < text.length; place++) {
    const code = text.charCodeAt(place);
    if (code === 0x22) {
      place = endOfText(text, place);
      if (place < 0) break;
    } else if (code === 0x7b || code === 0x5b) depth++;
    else if (code === 0x7d || code === 0x5d) {
      if (depth === 0) return place;
      if (--depth === 0) return place + 1;
    } else if (code === 0x2c && depth === 0) return place;
  }
  throw new JsonFault(text.length);
}

/** The quote that closes the text which begins at `at`: the first one behind an even number of backslashes. -1 when none does. */
function endOfText(text: string, at: number): number {
  for (let end = text.indexOf('"', at + 1); end >= 0; end = text.indexOf('"', end + 1)) {
    let before = end - 1;
    while (text.charCodeAt(before) === 0x5c) before--;
    if ((end - before) % 2 === 1) return end;
  }
  return -1;
}

const longestKnownName = 48;
const knownNames: string[] = new Array(1024).fill('');

/**
 * Nothing is inherited, so a key such as __proto__ is only data. Other than Object.create(null) it keeps V8's fast layout: half
 * the memory, and twice as fast to fill.
 */
const BareObject = function BareObject() {} as unknown as new () => JsonObject;
BareObject.prototype = Object.create(null);

const numberPattern = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;

/** JSON without loss: numbers keep the digits they came with. */
export type Json = null | boolean | number | string | JsonNumber | Json[] | JsonObject;
export interface JsonObject {
  [key: string]: Json;
}

/** A number whose text a double would not give back: `9007199254740993`, `1.0`, `1e400`. */
export class JsonNumber {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
  toString(): string {
    return this.text;
  }
  /** JSON.stringify of a stray value loses digits but never breaks. */
  toJSON(): number {
    return Number(this.text);
  }
}

/** The number of a JSON number text: a double when that prints the same digits again. */
export function exactNumber(text: string): number | JsonNumber {
  const value = Number(text);
  return String(value) === text ? value : new JsonNumber(text);
}

/** JSON kept as the text it came with and parsed when somebody looks, or the other way round: nothing is written twice. */
export class JsonFragment {
  #text: string | undefined;
  #value: JsonObject | undefined;

  private constructor(text: string | undefined, value: JsonObject | undefined) {
    this.#text = text;
    this.#value = value;
  }

  static fromText(text: string): JsonFragment {
    return new JsonFragment(text, undefined);
  }

  /** `text`, when given, is what the value was parsed from. */
  static fromValue(value: JsonObject, text?: string): JsonFragment {
    return new JsonFragment(text, value);
  }

  get text(): string {
    this.#text ??= renderJson(this.#value!);
    return this.#text;
  }

  get value(): JsonObject {
    this.#value ??= parseJson(this.#text!) as JsonObject;
    return this.#value;
  }
}

/** Parses JSON text (RFC 8259) with exact numbers. Throws SyntaxError with the offset. */
export function parseJson(text: string): Json {
  return parse(text, undefined, undefined);
}

/**
 * The same, and the text of every object that stands under the key `kept`, alone or in a list: who passes it on need not
 * write it again.
 */
export function parseJsonKeeping(text: string, kept: string): { value: Json; texts: ReadonlyMap<JsonObject, string> } {
  const texts = new Map<JsonObject, string>();
  return { value: parse(text, kept, texts), texts };
}

function parse(text: string, kept: string | undefined, texts: Map<JsonObject, string> | undefined): Json {
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
        if (under !== kept) return object();
        const start = at;
        const found = object();
        texts!.set(found, text.slice(start, at));
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
    // No prototype: a key such as __proto__ is only data.
    const result: JsonObject = Object.create(null);
    at++;
    skipSpace();
    if (text[at] === '}') {
      at++;
      return result;
    }
    for (;;) {
      skipSpace();
      if (text[at] !== '"') throw fault();
      const key = string();
      skipSpace();
      if (text[at++] !== ':') throw fault();
      result[key] = value(key);
      skipSpace();
      const next = text[at++];
      if (next === '}') return result;
      if (next !== ',') throw fault();
    }
  }

  function array(under: string): Json[] {
    const result: Json[] = [];
    at++;
    skipSpace();
    if (text[at] === ']') {
      at++;
      return result;
    }
    for (;;) {
      result.push(value(under));
      skipSpace();
      const next = text[at++];
      if (next === ']') return result;
      if (next !== ',') throw fault();
    }
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

  function number(): number | JsonNumber {
    numberPattern.lastIndex = at;
    const match = numberPattern.exec(text);
    if (!match) throw fault();
    at = numberPattern.lastIndex;
    return exactNumber(match[0]);
  }

  function word<Value extends Json>(literal: string, meaning: Value): Value {
    if (!text.startsWith(literal, at)) throw fault();
    at += literal.length;
    return meaning;
  }

  function skipSpace(): void {
    for (;;) {
      const code = text.charCodeAt(at);
      if (code !== 0x20 && code !== 0x0a && code !== 0x0d && code !== 0x09) return;
      at++;
    }
  }

  function fault(): SyntaxError {
    return new SyntaxError(`JSON is broken at offset ${at}`);
  }
}

const numberPattern = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;

/** Compact JSON text; the inverse of `parseJson`, digit for digit. */
export function renderJson(value: Json): string {
  if (value === null) return 'null';
  if (typeof value === 'string') return renderText(value);
  if (typeof value !== 'object') return String(value);
  if (value instanceof JsonNumber) return value.text;
  if (Array.isArray(value)) return `[${value.map(renderJson).join(',')}]`;
  let text = '';
  for (const key of Object.keys(value)) text += `${text && ','}${renderText(key)}:${renderJson(value[key]!)}`;
  return `{${text}}`;
}

/** Most texts need no escape: looking is cheaper than JSON.stringify. */
function renderText(text: string): string {
  return needsEscape.test(text) ? JSON.stringify(text) : `"${text}"`;
}

// Lone surrogates among them, which JSON.stringify writes as \udXXX.
const needsEscape = /["\\\u0000-\u001f\ud800-\udfff]/;

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

/** Parses JSON text (RFC 8259) with exact numbers. Throws SyntaxError with the offset. */
export function parseJson(text: string): Json {
  let at = 0;
  const result = value();
  skipSpace();
  if (at < text.length) throw fault();
  return result;

  function value(): Json {
    skipSpace();
    switch (text[at]) {
      case '{':
        return object();
      case '[':
        return array();
      case '"':
        return string();
      case 't':
        return word('true', true);
      case 'f':
        return word('false', false);
      case 'n':
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
      result[key] = value();
      skipSpace();
      const next = text[at++];
      if (next === '}') return result;
      if (next !== ',') throw fault();
    }
  }

  function array(): Json[] {
    const result: Json[] = [];
    at++;
    skipSpace();
    if (text[at] === ']') {
      at++;
      return result;
    }
    for (;;) {
      result.push(value());
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
  if (typeof value === 'string') return JSON.stringify(value);
  if (typeof value !== 'object') return String(value);
  if (value instanceof JsonNumber) return value.text;
  if (Array.isArray(value)) return `[${value.map(renderJson).join(',')}]`;
  let text = '';
  for (const key of Object.keys(value)) text += `${text && ','}${JSON.stringify(key)}:${renderJson(value[key]!)}`;
  return `{${text}}`;
}

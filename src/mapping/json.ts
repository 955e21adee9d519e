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

/** Compact JSON text; the inverse of `parseJson`, digit for digit. */
export function renderJson(value: Json): string {
  if (value === null) return 'null';
  if (typeof value === 'string') return renderText(value);
  if (typeof value !== 'object') return String(value);
  if (value instanceof JsonNumber) return value.text;
  if (Array.isArray(value)) return `[${value.map(renderJson).join(',')}]`;
  let text = '';
  for (const key of Object.keys(value)) {
    text += text === '' ? '{' : ',';
    text += `${renderText(key)}:${renderJson(value[key]!)}`;
  }
  return text === '' ? '{}' : `${text}}`;
}

/** Most texts need no escape: looking is cheaper than JSON.stringify. */
function renderText(text: string): string {
  return needsEscape.test(text) ? JSON.stringify(text) : `"${text}"`;
}

// Lone surrogates among them, which JSON.stringify writes as escapes.
const needsEscape = /["\\\u0000-\u001f\ud800-\udfff]/;

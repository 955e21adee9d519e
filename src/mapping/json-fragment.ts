import { type JsonObject, renderJson } from './json.ts';
import { parseJson } from './parse-json.ts';

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

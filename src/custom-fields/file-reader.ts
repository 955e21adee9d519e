import type { Diagnostic } from '../errors/diagnostic.ts';
import { quote } from '../manifest/quote.ts';
import { suggest } from '../manifest/suggest.ts';
import { LineIndex } from '../manifest/yaml/lines.ts';
import { follow, type Pair, type Range, type YamlNode } from '../manifest/yaml/node.ts';
import { scalarValue } from '../manifest/yaml/scalar.ts';

/** What one key of a block may hold. */
export type Shape =
  | { type: 'text'; choices?: readonly string[] }
  | { type: 'boolean' }
  | { type: 'integer'; min: number; max: number }
  | { type: 'number' }
  | { type: 'texts' }
  | { type: 'block'; keys: Record<string, Shape> };

/** Reads a YAML tree by shapes and gathers what does not fit, each with its place. */
export class FileReader {
  readonly diagnostics: Diagnostic[] = [];
  readonly #file: string;
  readonly #lines: LineIndex;

  constructor(file: string, text: string) {
    this.#file = file;
    this.#lines = new LineIndex(text);
  }

  report(at: Range, code: string, message: string, hint?: string): void {
    const position = (offset: number) => this.#lines.positionOf(offset);
    this.diagnostics.push({
      code,
      severity: 'error',
      message,
      ...(hint === undefined ? {} : { hint }),
      location: { file: this.#file, start: position(at.start), end: position(at.end) },
      docsUrl: `docs/errors.md#${code}`,
    });
  }

  /** The members of a mapping; anything else is reported. Keys written twice too: the first stands. */
  members(node: YamlNode, what: string): Pair[] {
    const map = follow(node);
    if (map.kind !== 'map') {
      this.report(firstOf(map), 'fields-file-value', `${what} is a mapping; this is ${nameOf(map)}.`);
      return [];
    }
    const seen = new Set<string>();
    return map.pairs.filter(({ key }) => {
      if (!seen.has(key.text)) return seen.add(key.text);
      this.report(key, 'fields-file-key', `${quote(key.text)} is written twice.`, 'Keep one of them.');
      return false;
    });
  }

  items(node: YamlNode, what: string): YamlNode[] {
    const list = follow(node);
    if (list.kind === 'list') return list.items;
    this.report(firstOf(list), 'fields-file-value', `${what} is a list; this is ${nameOf(list)}.`);
    return [];
  }

  /** The values of a block by name, and where each key's value stands, a wrong one too. Unknown keys and wrong values are reported. */
  block(node: YamlNode, what: string, keys: Record<string, Shape>) {
    const values: Record<string, unknown> = {};
    const places: Record<string, Range> = {};
    for (const { key, value } of this.members(node, what)) {
      const shape = Object.hasOwn(keys, key.text) ? keys[key.text] : undefined;
      if (!shape) {
        const meant = suggest(key.text, Object.keys(keys));
        const hint = meant ? `Did you mean ${meant}?` : `The keys are ${Object.keys(keys).join(', ')}.`;
        this.report(key, 'fields-file-key', `${what} has no key ${quote(key.text)}.`, hint);
        continue;
      }
      places[key.text] = firstOf(follow(value));
      const read = this.#value(value, key.text, shape);
      if (read !== undefined) values[key.text] = read;
    }
    return { values, places };
  }

  #value(node: YamlNode, name: string, shape: Shape): unknown {
    if (shape.type === 'block') return this.block(node, name, shape.keys).values;
    if (shape.type === 'texts')
      return this.items(node, name)
        .map((item) => this.#value(item, `an entry of ${name}`, { type: 'text' }))
        .filter((value) => value !== undefined);
    const found = follow(node);
    const value = found.kind === 'scalar' ? scalarValue(found) : undefined;
    const wrong = (expected: string) =>
      this.report(firstOf(found), 'fields-file-value', `${name} is ${expected}; this is ${nameOf(found)}.`);
    switch (shape.type) {
      case 'text':
        // A bare number or yes in a list of choices means its text, as everywhere in amp.
        if (found.kind !== 'scalar' || value === null || found.text === '') return void wrong('text');
        if (shape.choices && !shape.choices.includes(found.text)) {
          const meant = suggest(found.text, shape.choices);
          const message = `${quote(found.text)} is no ${name}.`;
          const hint = meant ? `Did you mean ${meant}?` : `One of ${shape.choices.join(', ')}.`;
          return void this.report(found, 'fields-file-value', message, hint);
        }
        return found.text;
      case 'boolean':
        return typeof value === 'boolean' ? value : void wrong('true or false');
      case 'number':
        return typeof value === 'number' && Number.isFinite(value) ? value : void wrong('a number');
      case 'integer': {
        const { min, max } = shape;
        const fits = typeof value === 'number' && Number.isInteger(value) && value >= min && value <= max;
        return fits ? value : void wrong(`a whole number from ${min} to ${max}`);
      }
    }
  }
}

/** A whole block is pointed at by its first character. */
export function firstOf(node: Exclude<YamlNode, { kind: 'alias' }>): Range {
  return node.kind === 'scalar' ? node : { start: node.start, end: node.start + 1 };
}

function nameOf(node: Exclude<YamlNode, { kind: 'alias' }>): string {
  if (node.kind === 'map') return 'a mapping';
  if (node.kind === 'list') return 'a list';
  return scalarValue(node) === null ? 'empty' : quote(node.text);
}

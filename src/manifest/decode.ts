import type { DraftBlock, DraftOf, MappingSpec, ValueSpec } from './key-spec.ts';
import { type DraftManifest, manifestSpec } from './keys.ts';
import type { Spot } from './spot.ts';
import type { AliasNode, Pair, ScalarNode, YamlNode } from './yaml/node.ts';
import { follow } from './yaml/node.ts';
import { coercedText, scalarValue } from './yaml/scalar.ts';

/** What the decoder noticed; a rule of the same name words each. */
export type DecodeFault = { spot: Spot } & (
  | { kind: 'unknown-key'; written: string; spec: MappingSpec; siblings: ReadonlySet<string> }
  | { kind: 'key-case'; written: string; known: string }
  | { kind: 'duplicate-key'; written: string }
  | { kind: 'coerced'; written: string; read: string; spec: ValueSpec }
  | { kind: 'wrong-type'; expected: ExpectedType; found: FoundType; spec: ValueSpec }
  | { kind: 'field-shape'; problem: 'not-a-mapping' | 'no-name' | 'not-text' | 'blank'; found: FoundType }
);

export type ExpectedType = 'text' | 'boolean' | 'integer' | 'list' | 'mapping';

export interface FoundType {
  type: 'text' | 'boolean' | 'number' | 'null' | 'list' | 'mapping';
  /** As written, for scalars. */
  written: string;
  /** A fraction where a whole number belongs. */
  fraction?: boolean;
}

/** Tree → typed draft with positions, by the key table. Tolerates what the hosted platform tolerates, and says so. */
export function decodeManifest(root: YamlNode): { draft: DraftManifest | undefined; faults: DecodeFault[] } {
  const decoder = new Decoder();
  const spot: Spot = { parent: undefined, step: '', key: undefined, node: follow(root), alias: undefined };
  const draft = decoder.decode(manifestSpec, spot) as DraftManifest | undefined;
  return { draft, faults: decoder.faults };
}

const noDraft = undefined;

class Decoder {
  readonly faults: DecodeFault[] = [];

  /** A draft, or nothing when the value is null or of the wrong type (a fault then). */
  decode(spec: ValueSpec, spot: Spot): unknown {
    switch (spec.type) {
      case 'mapping':
        return this.decodeMapping(spec, spot);
      case 'list':
        return this.decodeList(spec.item, spot, spec);
      case 'text':
        return this.decodeText(spec, spot);
      case 'boolean':
        return this.decodeExact(spec, spot, (value) => typeof value === 'boolean');
      case 'integer':
        return this.decodeExact(spec, spot, (value) => typeof value === 'number' && Number.isInteger(value));
    }
  }

  private decodeMapping(spec: MappingSpec, spot: Spot): DraftBlock | undefined {
    const { node } = spot;
    if (node.kind !== 'map') {
      const found = foundType(node);
      if (spec.strict) this.faults.push({ kind: 'field-shape', spot, problem: 'not-a-mapping', found });
      else this.faults.push({ kind: 'wrong-type', spot, expected: 'mapping', found, spec });
      return noDraft;
    }
    const block: DraftBlock = { spot };
    const members = new Members(spec);
    let merges: Pair[] | undefined;
    for (const pair of node.pairs) {
      if (pair.key.plain && pair.key.text === '<<') {
        if (merges)
          this.faults.push({ kind: 'duplicate-key', spot: memberSpot(spot, '<<', pair, spot.alias), written: '<<' });
        merges ??= [];
        merges.push(pair);
      } else this.decodePair(members, block, pair, spot.alias);
    }
    // Keys written out win over merged ones.
    for (const merge of merges ?? []) this.decodeMerge(members, block, merge.value, spot.alias);
    if (spec.strict) this.checkFieldShape(block);
    return block;
  }

  private decodePair(members: Members, block: DraftBlock, pair: Pair, alias: AliasNode | undefined): void {
    const { spec } = members;
    const written = pair.key.text;
    const known = Object.hasOwn(spec.keys, written) ? written : knownByCase(spec, written);
    const spot = memberSpot(block.spot, known ?? written, pair, alias);
    if (!members.add(known, written)) {
      this.faults.push({ kind: 'duplicate-key', spot, written });
      return;
    }
    if (known === undefined) {
      this.faults.push({ kind: 'unknown-key', spot, written, spec, siblings: members.seen() });
      return;
    }
    if (known !== written) this.faults.push({ kind: 'key-case', spot, written, known });
    this.decodeMember(spec, block, known, spot);
  }

  private decodeMember(spec: MappingSpec, block: DraftBlock, known: string, member: Spot): void {
    const memberSpec = spec.keys[known]!;
    if (isNull(member.node)) {
      block.unusable ??= new Map();
      block.unusable.set(known, { spot: member, isNull: true });
      return;
    }
    const before = this.faults.length;
    const draft = spec.strict ? this.decodeStrictText(member) : this.decode(memberSpec, member);
    if (draft !== undefined) (block as unknown as Record<string, unknown>)[known] = draft;
    else if (this.faults.length > before) {
      block.unusable ??= new Map();
      block.unusable.set(known, { spot: member, isNull: false });
    }
  }

  /** Of several merged mappings the first wins. */
  private decodeMerge(members: Members, block: DraftBlock, value: YamlNode, outer: AliasNode | undefined): void {
    const alias = outer ?? (value.kind === 'alias' ? value : undefined);
    const node = follow(value);
    if (node.kind === 'list') {
      for (const item of node.items) this.decodeMerge(members, block, item, alias);
      return;
    }
    if (node.kind !== 'map') {
      const spot: Spot = { parent: block.spot, step: '<<', key: undefined, node, alias };
      this.faults.push({ kind: 'wrong-type', spot, expected: 'mapping', found: foundType(node), spec: members.spec });
      return;
    }
    for (const pair of node.pairs) {
      if (pair.key.plain && pair.key.text === '<<') this.decodeMerge(members, block, pair.value, alias);
      else if (!members.has(pair.key.text)) this.decodePair(members, block, pair, alias);
    }
  }

  private decodeList(item: ValueSpec, spot: Spot, spec: ValueSpec): DraftOf<ValueSpec> | undefined {
    const { node } = spot;
    if (node.kind !== 'list') {
      this.faults.push({ kind: 'wrong-type', spot, expected: 'list', found: foundType(node), spec });
      return noDraft;
    }
    const items: unknown[] = [];
    for (const [index, child] of node.items.entries()) {
      const draft = this.decode(item, itemSpot(spot, index, child));
      if (draft !== undefined) items.push(draft);
    }
    return { spot, items } as DraftOf<ValueSpec>;
  }

  private decodeText(spec: ValueSpec, spot: Spot): unknown {
    const { node } = spot;
    if (node.kind !== 'scalar') {
      this.faults.push({ kind: 'wrong-type', spot, expected: 'text', found: foundType(node), spec });
      return noDraft;
    }
    const value = scalarValue(node);
    if (typeof value === 'string') return { spot, value };
    // A missing list item: an empty text, which the rules then judge.
    if (value === null) return { spot, value: '' };
    const read = coercedText(node, value);
    this.faults.push({ kind: 'coerced', spot, written: node.text, read, spec });
    return { spot, value: read };
  }

  private decodeExact(spec: ValueSpec, spot: Spot, fits: (value: unknown) => boolean): unknown {
    const { node } = spot;
    const value = node.kind === 'scalar' ? scalarValue(node) : undefined;
    if (fits(value)) return { spot, value };
    const expected = spec.type as ExpectedType;
    const found = foundType(node);
    this.faults.push({ kind: 'wrong-type', spot, expected, found, spec });
    return noDraft;
  }

  private decodeStrictText(spot: Spot): unknown {
    const { node } = spot;
    const value = node.kind === 'scalar' ? scalarValue(node) : undefined;
    if (typeof value !== 'string') {
      this.faults.push({ kind: 'field-shape', spot, problem: 'not-text', found: foundType(node) });
      return noDraft;
    }
    if (value.trim() !== '') return { spot, value };
    this.faults.push({ kind: 'field-shape', spot, problem: 'blank', found: foundType(node) });
    return noDraft;
  }

  private checkFieldShape(block: DraftBlock): void {
    const named = ['fieldName', 'mapToName'].some(
      (key) => Object.hasOwn(block, key) || block.unusable?.get(key)?.isNull === false,
    );
    if (!named) {
      this.faults.push({
        kind: 'field-shape',
        spot: block.spot,
        problem: 'no-name',
        found: foundType(block.spot.node),
      });
    }
  }
}

/** Which keys a mapping has so far, case ignored. Nearly all are known ones, so names are folded only for the others. */
class Members {
  readonly spec: MappingSpec;
  private readonly known = new Set<string>();
  private unknown: Set<string> | undefined;

  constructor(spec: MappingSpec) {
    this.spec = spec;
  }

  /** False when the key is there already. */
  add(known: string | undefined, written: string): boolean {
    if (known === undefined) this.unknown ??= new Set();
    const names = known === undefined ? this.unknown! : this.known;
    const name = known ?? written.toLowerCase();
    if (names.has(name)) return false;
    names.add(name);
    return true;
  }

  has(written: string): boolean {
    const known = Object.hasOwn(this.spec.keys, written) ? written : knownByCase(this.spec, written);
    return known === undefined ? this.unknown?.has(written.toLowerCase()) === true : this.known.has(known);
  }

  /** The documented names of the known keys so far. */
  seen(): ReadonlySet<string> {
    return this.known;
  }
}

function memberSpot(parent: Spot, step: string, pair: Pair, outer: AliasNode | undefined): Spot {
  const { value } = pair;
  const alias = outer ?? (value.kind === 'alias' ? value : undefined);
  return { parent, step, key: pair.key, node: follow(value), alias };
}

function itemSpot(parent: Spot, index: number, child: YamlNode): Spot {
  const alias = parent.alias ?? (child.kind === 'alias' ? child : undefined);
  return { parent, step: index, key: undefined, node: follow(child), alias };
}

function isNull(node: YamlNode): boolean {
  return node.kind === 'scalar' && node.plain && scalarValue(node) === null;
}

function foundType(node: Exclude<YamlNode, AliasNode>): FoundType {
  if (node.kind !== 'scalar') return { type: node.kind === 'map' ? 'mapping' : 'list', written: '' };
  return scalarType(node);
}

function scalarType(node: ScalarNode): FoundType {
  const value = scalarValue(node);
  if (value === null) return { type: 'null', written: node.text };
  if (typeof value === 'number') return { type: 'number', written: node.text, fraction: !Number.isInteger(value) };
  return { type: typeof value === 'boolean' ? 'boolean' : 'text', written: node.text };
}

const lowerCaseKeys = new WeakMap<MappingSpec, Map<string, string>>();

function knownByCase(spec: MappingSpec, written: string): string | undefined {
  let keys = lowerCaseKeys.get(spec);
  if (!keys) {
    keys = new Map(Object.keys(spec.keys).map((key) => [key.toLowerCase(), key]));
    lowerCaseKeys.set(spec, keys);
  }
  return keys.get(written.toLowerCase());
}

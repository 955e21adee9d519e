/**
 * The YAML tree the checker works on: only what a manifest can hold, with offsets into the text (UTF-16 code units, `end`
 * exclusive). Two parsers make it, a fast one for the YAML people write and a complete one for everything else; on the
 * input both take they give the same tree (test/manifest/parsers.test.ts).
 */
export type YamlNode = ScalarNode | MapNode | ListNode | AliasNode;

export interface Range {
  start: number;
  end: number;
}

export interface ScalarNode extends Range {
  kind: 'scalar';
  /** The value of a quoted or block scalar; the text as written for a plain one. */
  text: string;
  /** Unquoted: YAML's rules decide whether it is text, a number, a boolean or null. */
  plain: boolean;
  /** `!!str` and its kin, without the prefix. */
  tag?: string;
}

export interface Pair {
  key: ScalarNode;
  value: YamlNode;
}

export interface MapNode extends Range {
  kind: 'map';
  flow: boolean;
  pairs: Pair[];
}

export interface ListNode extends Range {
  kind: 'list';
  flow: boolean;
  items: YamlNode[];
}

/** `*name`: stands for an anchored node earlier in the file. */
export interface AliasNode extends Range {
  kind: 'alias';
  target: Exclude<YamlNode, AliasNode>;
}

/** Why there is no tree, or not only a tree. */
export type ParseFault = Range &
  (
    | { kind: 'syntax'; reason: SyntaxReason; detail?: string }
    | { kind: 'limits'; limit: 'size' | 'depth' | 'aliases' }
    | { kind: 'second-document' }
    | { kind: 'key-not-text' }
    | { kind: 'unknown-tag'; tag: string }
  );

export type SyntaxReason =
  | 'tab'
  | 'indentation'
  | 'unquoted-start'
  | 'unquoted-star'
  | 'unclosed-quote'
  | 'unclosed-flow'
  | 'missing-colon'
  | 'missing-space'
  | 'missing-comma'
  | 'stray-bracket'
  | 'text-after-quote'
  | 'conflict'
  | 'nested-colon'
  | 'escape'
  | 'alias-unknown'
  | 'alias-cycle'
  | 'directive'
  | 'other';

export interface ParsedYaml {
  /** Absent: nothing in the file, or no tree could be made. */
  root: YamlNode | undefined;
  /** Comments, from their `#` to the end of the line. Collected only when the text mentions `amp:`. */
  comments: Range[];
  faults: ParseFault[];
}

export const maximumBytes = 1_048_576;
export const maximumDepth = 64;
export const maximumAliasNodes = 10_000;

/** An alias never points at an alias. */
export function follow(node: YamlNode): Exclude<YamlNode, AliasNode> {
  return node.kind === 'alias' ? node.target : node;
}

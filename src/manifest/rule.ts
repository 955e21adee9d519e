import type { Severity } from '../errors/diagnostic.ts';
import type { ProviderCatalogue } from './catalogue.ts';
import type { DecodeFault } from './decode.ts';
import type { Directive } from './directives.ts';
import type { DraftBlock } from './key-spec.ts';
import type { DraftIntegration, DraftManifest } from './keys.ts';
import type { OrgSchema } from './org-schema.ts';
import type { Spot } from './spot.ts';
import type { ByteFault } from './yaml/decode-bytes.ts';
import type { ParseFault, Range } from './yaml/node.ts';

/** One thing that can be wrong with a manifest. Adding one: a file in rules/, a line in rules/index.ts, two fixtures. */
export interface Rule {
  /** The `code` of its findings and the name in `amp:ignore[…]`; stable for ever. */
  id: string;
  severity: Severity;
  group:
    | 'File and keys'
    | 'Integration'
    | 'Read'
    | 'Subscribe and write'
    | 'watchSchema and provider'
    | 'With an org or a project';
  /** What is found, one sentence: the line in the table of docs/rules.md. */
  summary: string;
  /** Why it matters and what to do, a short paragraph: `amp validate --explain`. */
  why: string;
  /** Without it the manifest has no meaning, so `--skip` cannot leave it out. */
  essential?: true;
  /** Runs only when the check was given this. */
  needs?: 'org' | 'project';
  /** `last`: runs when the findings of all others are known. */
  stage?: 'last';
  check(file: CheckedFile, report: Report): void;
}

/** What rules look at. */
export interface CheckedFile {
  text: string;
  /** Absent: the file is not a manifest at all, and a fault says why. */
  draft: DraftManifest | undefined;
  /** Nothing but blanks and comments. */
  isEmpty: boolean;
  integrations: readonly DraftIntegration[];
  decodeFaults: readonly DecodeFault[];
  parseFaults: readonly ParseFault[];
  byteFault: ByteFault | undefined;
  directives: readonly Directive[];
  /** Of every rule, run or not. */
  ruleIds: ReadonlySet<string>;
  /** Known in the last stage only. */
  unusedDirectives: readonly Directive[];
  options: CheckOptions;
}

export interface CheckOptions {
  /** Rule ids left out. Essential rules cannot be (check with `essentialRuleIds`). */
  skip?: readonly string[];
  /** Names of the destinations that exist where the manifest will run; absent = not known. */
  knownDestinations?: readonly string[];
  /** `refuse`: a missing destination is an error, as on deploy. */
  missingDestinations?: 'warn' | 'refuse';
  /** Providers the hosted service knows now; absent = the bundled list. */
  providers?: ProviderCatalogue;
  /** A hosted project the manifest is checked against. */
  project?: ProjectFacts;
  /** What the connected org shows to its user. */
  org?: OrgSchema;
  /** Smallest gap between scheduled reads, in minutes; tests of the runtime lower it. */
  minimumReadGapMinutes?: number;
}

/** What was asked of a hosted project beside its destinations. */
export interface ProjectFacts {
  /** Providers with an OAuth app; absent = not known. */
  providerApps?: readonly string[];
  /** OAuth apps of the project that somebody else signs in with, too: `project "staging"`, `the connected org "acme"`. */
  sharedApps?: readonly { provider: string; where: string }[];
  /** Why a question has no answer: `the platform did not answer in time`. */
  failures: { destinations?: string; providerApps?: string; catalogue?: string };
}

export type Report = (where: Spot | Range, finding: Reported) => void;

export interface Reported {
  message: string;
  hint?: string;
  /** Where the rule's own severity does not fit. */
  severity?: Severity;
  /** `value` unless said; `key` for keys; `alias` = where an anchored part is used, not where it is written. */
  at?: 'value' | 'key' | 'alias';
  /** The repair, when there is only one right answer. */
  fix?: Fix | undefined;
  /** Repairs of which somebody has to choose one. */
  choices?: readonly Fix[];
}

/** Replacements in the text of the file; everything else stays byte for byte. */
export interface Fix {
  /** What was done, as a person would say it: `renamed scheduel to schedule`. */
  title: string;
  edits: TextEdit[];
}

export interface TextEdit extends Range {
  text: string;
}

export function defineRule(rule: Rule): Rule {
  return rule;
}

/** Neither a value nor something unusable that was reported already. */
export function isMissing(block: DraftBlock, key: string): boolean {
  return !Object.hasOwn(block, key) && block.unusable?.get(key)?.isNull !== false;
}

/** Where a missing key is reported: at its key when it is written without a value, else at its parent. */
export function spotForMissing(block: DraftBlock, key: string): { spot: Spot; at: 'key' | 'value' } {
  const written = block.unusable?.get(key);
  return written ? { spot: written.spot, at: 'key' } : { spot: block.spot, at: 'value' };
}

/** Written and not null, also when its value is of no use. */
export function isPresent(block: DraftBlock, key: string): boolean {
  return Object.hasOwn(block, key) || block.unusable?.get(key)?.isNull === false;
}

import type { Diagnostic } from '../errors/diagnostic.ts';
import { decodeManifest } from './decode.ts';
import { readDirectives, silence } from './directives.ts';
import { type Finding, runRules } from './findings.ts';
import type { DraftManifest } from './keys.ts';
import type { Manifest } from './manifest.ts';
import { normalizeManifest } from './normalize.ts';
import type { CheckedFile, CheckOptions } from './rule.ts';
import { ruleIds, rules } from './rules/index.ts';
import type { DecodedBytes } from './yaml/decode-bytes.ts';
import type { ParsedYaml } from './yaml/node.ts';

export interface ManifestSource {
  /** As shown in diagnostics. */
  file: string;
  bytes: Uint8Array;
}

export interface CheckResult {
  /** In file order, then by rule id; the same for the same input. */
  diagnostics: Diagnostic[];
  /** The checked, normalised manifest; undefined when there is an error. */
  readonly manifest: Manifest | undefined;
  /** The file as text, without byte order mark. */
  text: string;
  /** The diagnostics again, each with its offsets and, when there is one right answer, its repair. */
  findings: Finding[];
  /** Everything that could be read, with positions, also when there are errors; undefined for what is no manifest. */
  draft: DraftManifest | undefined;
}

/** From the tree on: decode, run the rules, apply `amp:ignore`, normalise. */
export function checkParsed(
  fileName: string,
  decoded: DecodedBytes,
  parsed: ParsedYaml | undefined,
  options: CheckOptions,
): CheckResult {
  const { text } = decoded;
  const { draft, faults } = parsed?.root ? decodeManifest(parsed.root) : { draft: undefined, faults: [] };
  const directives = readDirectives(text, parsed?.comments ?? [], parsed?.root);
  const file: CheckedFile = {
    text,
    draft,
    isEmpty: parsed?.root === undefined && parsed?.faults.length === 0,
    integrations: draft?.integrations?.items ?? [],
    decodeFaults: faults,
    parseFaults: parsed?.faults ?? [],
    byteFault: decoded.fault,
    directives,
    ruleIds,
    unusedDirectives: [],
    options,
  };
  const skipped = new Set(options.skip);
  const active = rules.filter((rule) => (rule.essential || !skipped.has(rule.id)) && isReady(rule.needs, options));
  let findings = runRules(
    fileName,
    file,
    active.filter((rule) => rule.stage !== 'last'),
  );
  if (directives.length > 0) {
    const first = silence(findings, directives, new Set(active.map((rule) => rule.id)));
    const last = active.filter((rule) => rule.stage === 'last');
    const late = runRules(fileName, { ...file, unusedDirectives: first.unused }, last);
    findings = [...first.kept, ...silence(late, directives, new Set()).kept].sort(byPlace);
  }
  const diagnostics = findings.map((finding) => finding.diagnostic);
  const isValid = draft !== undefined && !diagnostics.some((diagnostic) => diagnostic.severity === 'error');
  let manifest: Manifest | undefined;
  return {
    diagnostics,
    // Made when first asked for: amp validate never does.
    get manifest() {
      if (isValid) manifest ??= normalizeManifest(draft);
      return manifest;
    },
    text,
    findings,
    draft,
  };
}

function isReady(needs: 'org' | 'project' | undefined, options: CheckOptions): boolean {
  if (needs === 'org') return options.org !== undefined;
  if (needs === 'project') return options.project !== undefined;
  return true;
}

function byPlace(left: Finding, right: Finding): number {
  return left.start - right.start || compareText(left.diagnostic.code, right.diagnostic.code);
}

function compareText(left: string, right: string): number {
  if (left === right) return 0;
  return left < right ? -1 : 1;
}

import type { Diagnostic, Location, Severity } from '../errors/diagnostic.ts';
import type { CheckedFile, Fix, Reported, Rule } from './rule.ts';
import { pathOf, type Spot } from './spot.ts';
import { LineIndex } from './yaml/lines.ts';
import type { Range } from './yaml/node.ts';

/** A diagnostic with the offsets it stands at and, when there is one right answer, its repair. */
export interface Finding {
  diagnostic: Diagnostic;
  start: number;
  fix?: Fix;
  /** Repairs of which somebody has to choose one. */
  choices?: readonly Fix[];
}

interface RawFinding extends Range {
  code: string;
  severity: Severity;
  message: string;
  hint: string | undefined;
  path: string | undefined;
  fix: Fix | undefined;
  choices: readonly Fix[] | undefined;
}

/** Runs rules over a file; findings in file order, then by rule id. Lines are counted only when something is found. */
export function runRules(fileName: string, file: CheckedFile, rules: readonly Rule[]): Finding[] {
  const raw: RawFinding[] = [];
  for (const rule of rules) {
    rule.check(file, (where, reported) => raw.push(place(rule, where, reported, file.text)));
  }
  if (raw.length === 0) return [];
  const lines = new LineIndex(file.text);
  return inOrder(raw).map((finding) => toFinding(finding, fileName, lines));
}

function place(rule: Rule, where: Spot | Range, reported: Reported, text: string): RawFinding {
  const spot = 'node' in where ? where : undefined;
  const range = spot ? rangeOf(spot, reported.at ?? 'value', text) : (where as Range);
  return {
    start: range.start,
    end: Math.max(range.end, range.start),
    code: rule.id,
    severity: reported.severity ?? rule.severity,
    message: reported.message,
    hint: reported.hint,
    path: spot ? pathOf(spot) : undefined,
    fix: reported.fix,
    choices: reported.choices,
  };
}

/** A whole block is pointed at by its first line: underlining thirty lines helps nobody. */
function rangeOf(spot: Spot, at: 'value' | 'key' | 'alias', text: string): Range {
  if (at === 'key' && spot.key) return spot.key;
  if (at === 'alias' && spot.alias) return spot.alias;
  const { node } = spot;
  if (node.kind === 'scalar') return node;
  const lineEnd = text.indexOf('\n', node.start);
  const cut = lineEnd < 0 ? text.length : lineEnd;
  if (node.end <= cut) return node;
  const line = text.slice(node.start, cut);
  return { start: node.start, end: node.start + line.replace(/\s+#.*$/, '').trimEnd().length };
}

function inOrder(raw: RawFinding[]): RawFinding[] {
  raw.sort(
    (left, right) =>
      left.start - right.start ||
      compareText(left.code, right.code) ||
      compareText(left.message, right.message) ||
      compareText(left.path ?? '', right.path ?? ''),
  );
  // One mistake in an anchored part is one finding, however often the part is used.
  return raw.filter((finding, index) => {
    const before = raw[index - 1];
    return (
      !before || before.start !== finding.start || before.code !== finding.code || before.message !== finding.message
    );
  });
}

function compareText(left: string, right: string): number {
  if (left === right) return 0;
  return left < right ? -1 : 1;
}

function toFinding(raw: RawFinding, file: string, lines: LineIndex): Finding {
  const location: Location = { file, start: lines.positionOf(raw.start), end: lines.positionOf(raw.end) };
  const diagnostic: Diagnostic = {
    code: raw.code,
    severity: raw.severity,
    message: raw.message,
    ...(raw.hint === undefined ? {} : { hint: raw.hint }),
    location,
    ...(raw.path === undefined ? {} : { path: raw.path }),
    docsUrl: `docs/rules.md#${raw.code}`,
  };
  return {
    diagnostic,
    start: raw.start,
    ...(raw.fix ? { fix: raw.fix } : {}),
    ...(raw.choices ? { choices: raw.choices } : {}),
  };
}

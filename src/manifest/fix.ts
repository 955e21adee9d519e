import type { CheckResult } from './check-parsed.ts';
import type { Fix, TextEdit } from './rule.ts';

export interface FixedText {
  text: string;
  /** What was done, in file order: `renamed scheduel to schedule`. */
  applied: string[];
  /** The check of the text as it is now. */
  result: CheckResult;
}

/** A repair may uncover another fault (a renamed key has a value to check), so rounds go on until nothing changes. */
const mostRounds = 10;

/**
 * Repairs what has one right answer. Only the places named by findings change; every other byte stays. Running it on its own
 * result changes nothing. `check` is called after each round; a round that would make matters worse is taken back.
 */
export function fixText(first: CheckResult, check: (text: string) => CheckResult): FixedText {
  let { text } = first;
  let result = first;
  const applied: string[] = [];
  for (let round = 0; round < mostRounds; round += 1) {
    const fixes = result.findings.flatMap((finding) => finding.fix ?? []);
    const chosen = withoutOverlap(fixes);
    if (chosen.length === 0) break;
    const next = applyFixes(text, chosen);
    const checked = check(next);
    // A syntax fault hides everything else, so what shows up behind it does not count as worse.
    if (next === text || (errorsOf(checked) > errorsOf(result) && !hidesOthers(result))) break;
    text = next;
    result = checked;
    applied.push(...chosen.map((fix) => fix.title));
  }
  return { text, applied, result };
}

/** Puts the edits of fixes into a text. They must not overlap. */
export function applyFixes(text: string, fixes: readonly Fix[]): string {
  const edits = fixes
    .flatMap((fix) => fix.edits)
    .sort((left, right) => right.start - left.start || right.end - left.end);
  let changed = text;
  for (const edit of edits) changed = changed.slice(0, edit.start) + edit.text + changed.slice(edit.end);
  return changed;
}

/** First come, first served; the rest has its turn in the next round. */
function withoutOverlap(fixes: readonly Fix[]): Fix[] {
  const taken: TextEdit[] = [];
  const touches = (left: TextEdit, right: TextEdit) => left.start <= right.end && right.start <= left.end;
  return fixes.filter((fix) => {
    if (fix.edits.some((edit) => taken.some((other) => touches(edit, other)))) return false;
    taken.push(...fix.edits);
    return true;
  });
}

function errorsOf(result: CheckResult): number {
  return result.diagnostics.filter((diagnostic) => diagnostic.severity === 'error').length;
}

function hidesOthers(result: CheckResult): boolean {
  return result.draft === undefined;
}

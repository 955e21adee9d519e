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

type Check = (text: string) => CheckResult;

/**
 * Repairs what has one right answer. Only the places named by findings change; every other byte stays. Running it on its own
 * result changes nothing. Syntax comes first, since a fault there hides everything else. After that a repair that would
 * leave the file with more errors is left out, and the others stay.
 */
export function fixText(first: CheckResult, check: Check): FixedText {
  let fixed = repair(first, check, new Set(), (result) => result.draft === undefined);
  const left = new Set(fixesOf(fixed.result).map(({ name }) => name));
  // All together, nearly always; where that makes matters worse by halves, down to the repair that does.
  const tryOut = (names: readonly string[]) => {
    for (const name of names) left.delete(name);
    const tried = repair(fixed.result, check, left);
    if (!isWorse(tried.result, fixed.result)) {
      fixed = { ...tried, applied: [...fixed.applied, ...tried.applied] };
      return;
    }
    for (const name of names) left.add(name);
    if (names.length < 2) return;
    const middle = names.length >> 1;
    tryOut(names.slice(0, middle));
    tryOut(names.slice(middle));
  };
  if (left.size > 0) tryOut([...left]);
  return fixed;
}

/** Rounds of repairs, without those named in `left`, until nothing is left to do. */
function repair(
  first: CheckResult,
  check: Check,
  left: ReadonlySet<string>,
  goesOn: (result: CheckResult) => boolean = () => true,
): FixedText {
  let result = first;
  const applied: string[] = [];
  for (let round = 0; round < mostRounds && goesOn(result); round += 1) {
    const chosen = withoutOverlap(
      fixesOf(result)
        .filter(({ name }) => !left.has(name))
        .map(({ fix }) => fix),
    );
    const next = applyFixes(result.text, chosen);
    if (next === result.text) break;
    result = check(next);
    applied.push(...chosen.map((fix) => fix.title));
  }
  return { text: result.text, applied, result };
}

/** Repairs with a name that holds while other places of the file change. */
function fixesOf(result: CheckResult): { name: string; fix: Fix }[] {
  return result.findings.flatMap(({ fix, diagnostic }) =>
    fix ? [{ name: `${diagnostic.code} ${diagnostic.path ?? ''} ${fix.title}`, fix }] : [],
  );
}

/** A file that cannot be read any more has one error, and is worse than one with twenty. */
function isWorse(after: CheckResult, before: CheckResult): boolean {
  if (after.draft === undefined) return before.draft !== undefined;
  return errorsOf(after) > errorsOf(before);
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

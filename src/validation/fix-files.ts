import type { Context } from '../cli/context.ts';
import { checkManifest } from '../manifest/check.ts';
import { applyFixes, fixText } from '../manifest/fix.ts';
import type { CheckOptions, Fix } from '../manifest/rule.ts';
import { writeTextFile } from '../platform/write-text-file.ts';
import type { CheckedTarget } from './check-files.ts';
import { unifiedDiff } from './unified-diff.ts';

export interface FixedFile {
  file: string;
  applied: string[];
  /** Unified diff of what changed; empty when nothing did. */
  diff: string;
  /** The text after the repairs; for `-`, which has no file to write to. */
  text: string;
  /** The check after the repairs (with --dry-run, of what would be written). */
  checked: CheckedTarget;
}

/** Repairs one file, asking where two answers are right and somebody is there to ask. Writes it unless `dryRun`. */
export async function fixTarget(
  context: Context,
  checked: CheckedTarget,
  options: CheckOptions,
  dryRun: boolean,
): Promise<FixedFile> {
  const { file, path } = checked.target;
  const check = (text: string) => checkManifest({ file, bytes: Buffer.from(text) }, options);
  const before = checked.result.text;
  let fixed = fixText(checked.result, check);
  const applied = [...fixed.applied];
  const chosen = dryRun
    ? []
    : await askChoices(
        context,
        file,
        fixed.result.findings.flatMap((finding) => (finding.choices ? [finding.choices] : [])),
      );
  if (chosen.length > 0) {
    fixed = fixText(check(applyFixes(fixed.text, chosen)), check);
    applied.push(...chosen.map((fix) => fix.title), ...fixed.applied);
  }
  const isChanged = fixed.text !== before;
  if (isChanged && path !== undefined && !dryRun) await writeTextFile(path, withMark(checked.bytes, fixed.text));
  return {
    file,
    applied,
    diff: isChanged ? unifiedDiff(file, before, fixed.text) : '',
    text: fixed.text,
    checked: { ...checked, result: fixed.result },
  };
}

/** Where the repair is a decision (`days` or `fullHistory`), a person makes it; without one the finding stays. */
async function askChoices(context: Context, file: string, questions: readonly (readonly Fix[])[]): Promise<Fix[]> {
  if (!context.prompt.available) return [];
  const chosen: Fix[] = [];
  for (const choices of questions) {
    const answer = await context.prompt.choose(`${file}: which one?`, {
      flag: '--fix',
      choices: [
        ...choices.map((choice, index) => ({ value: String(index), label: choice.title })),
        { value: 'none', label: 'leave it as it is' },
      ],
      default: 'none',
    });
    const fix = choices[Number(answer)];
    if (fix) chosen.push(fix);
  }
  return chosen;
}

/** The byte order mark is not part of the text; it goes back where it was. */
function withMark(bytes: Uint8Array, text: string): string {
  return bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? `\ufeff${text}` : text;
}

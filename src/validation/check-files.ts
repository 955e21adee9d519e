import type { Diagnostic } from '../errors/diagnostic.ts';
import { checkManifestLazily } from '../manifest/check-lazily.ts';
import type { CheckResult } from '../manifest/check-parsed.ts';
import type { CheckOptions } from '../manifest/rule.ts';
import { maximumBytes } from '../manifest/yaml/node.ts';
import { readAtMost, type Target } from './targets.ts';

export interface CheckedTarget {
  target: Target;
  bytes: Uint8Array;
  result: CheckResult;
}

/** What `amp validate --json` prints; schemas/output/validate.schema.json. */
export interface ValidationReport {
  /** No error; with --strict no warning either. */
  valid: boolean;
  files: { file: string; diagnostics: Diagnostic[] }[];
  summary: { files: number; errors: number; warnings: number };
}

/** Reads and checks one file, or standard input. Throws `file-unreadable`. */
export async function checkTarget(
  target: Target,
  readStdin: () => Promise<Uint8Array>,
  options: CheckOptions,
): Promise<CheckedTarget> {
  const bytes = target.path === undefined ? await readStdin() : await readAtMost(target.path, maximumBytes);
  return { target, bytes, result: await checkManifestLazily({ file: target.file, bytes }, options) };
}

/** The same bytes with other options: what an org shows is known only after the first look at the file. */
export async function recheck(checked: CheckedTarget, options: CheckOptions): Promise<CheckedTarget> {
  const source = { file: checked.target.file, bytes: checked.bytes };
  return { ...checked, result: await checkManifestLazily(source, options) };
}

export function reportOf(checked: readonly CheckedTarget[], strict: boolean): ValidationReport {
  const files = checked.map(({ target, result }) => ({ file: target.file, diagnostics: result.diagnostics }));
  const all = files.flatMap((file) => file.diagnostics);
  const errors = all.filter((diagnostic) => diagnostic.severity === 'error').length;
  const warnings = all.filter((diagnostic) => diagnostic.severity === 'warning').length;
  return {
    valid: errors === 0 && (!strict || warnings === 0),
    files,
    summary: { files: files.length, errors, warnings },
  };
}

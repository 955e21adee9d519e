import type { Context } from '../cli/context.ts';
import { AmpError } from '../errors/amp-error.ts';
import type { CheckOptions, Rule } from '../manifest/rule.ts';
import { rules } from '../manifest/rules/index.ts';
import { suggest } from '../manifest/suggest.ts';
import { type CheckedTarget, checkTarget, recheck, reportOf, type ValidationReport } from './check-files.ts';
import type { FixedFile } from './fix-files.ts';
import { readKnownDestinations } from './known-destinations.ts';
import { findTargets, type Target } from './targets.ts';

export type ValidateFormat = 'text' | 'json' | 'sarif' | 'github' | 'junit';

export interface ValidateFlags {
  format?: ValidateFormat;
  strict?: boolean;
  org?: string;
  fix?: boolean;
  'dry-run'?: boolean;
  skip?: string[];
  explain?: string;
}

export type ValidateResult =
  | { kind: 'explained'; rule: Pick<Rule, 'id' | 'severity' | 'summary' | 'why'> & { docsUrl: string } }
  | {
      kind: 'checked';
      report: ValidationReport;
      checked: CheckedTarget[];
      format: ValidateFormat;
      strict: boolean;
      /** Notes are shown in text only when asked for. */
      showNotes: boolean;
      fixed: FixedFile[];
      dryRun: boolean;
    };

/** `amp validate`: finds the files, checks them, repairs them when told to. */
export async function runValidate(
  context: Context,
  paths: readonly string[],
  flags: ValidateFlags,
): Promise<ValidateResult> {
  if (flags.explain !== undefined) return explain(flags.explain);
  checkFlags(flags);
  const targets = await targetsFor(context, paths);
  const strict = flags.strict ?? false;
  const org =
    flags.org === undefined ? undefined : await (await import('./ask-org.ts')).openOrgSchema(context, flags.org);
  const project =
    context.config.project === undefined ? {} : await (await import('./ask-project.ts')).askProject(context);
  const checked: CheckedTarget[] = [];
  const fixed: FixedFile[] = [];
  for (const target of targets) {
    const knownDestinations =
      context.config.project === undefined ? await readKnownDestinations(context, target) : undefined;
    const options: CheckOptions = {
      skip: flags.skip ?? [],
      ...(knownDestinations ? { knownDestinations } : {}),
      ...project,
    };
    const offline = await checkTarget(target, context.stdin, options);
    const full = org ? { ...options, org: await org.schemaFor(offline.result.draft) } : options;
    const one = org ? await recheck(offline, full) : offline;
    if (flags.fix) {
      const { fixTarget } = await import('./fix-files.ts');
      const done = await fixTarget(context, one, full, flags['dry-run'] ?? false);
      fixed.push(done);
      checked.push(done.checked);
    } else checked.push(one);
  }
  return {
    kind: 'checked',
    report: reportOf(checked, strict),
    checked,
    format: flags.format ?? defaultFormat(context),
    strict,
    showNotes: context.config.verbose,
    fixed,
    dryRun: flags['dry-run'] ?? false,
  };
}

async function targetsFor(context: Context, paths: readonly string[]): Promise<Target[]> {
  if (paths.length > 0) return findTargets(context.cwd, paths);
  const { locateProject } = await import('../config/project.ts');
  return findTargets(context.cwd, [locateProject(context).manifestFile]);
}

function checkFlags(flags: ValidateFlags): void {
  if (flags['dry-run'] && !flags.fix) {
    throw new AmpError({
      code: 'usage',
      message: '--dry-run goes with --fix.',
      hint: 'Without --fix nothing is written anyway.',
    });
  }
  for (const id of flags.skip ?? []) {
    if (ruleById(id).essential) {
      throw new AmpError({
        code: 'manifest-rule-unknown',
        message: `The rule ${id} cannot be skipped: without it the manifest has no meaning.`,
        hint: 'Mend the finding instead.',
      });
    }
  }
}

function ruleById(id: string): Rule {
  const rule = rules.find((candidate) => candidate.id === id);
  if (rule) return rule;
  const close = suggest(
    id,
    rules.map((candidate) => candidate.id),
  );
  throw new AmpError({
    code: 'manifest-rule-unknown',
    message: `"${id}" is not a rule.`,
    hint: close ? `Did you mean "${close}"?` : 'docs/rules.md lists all of them.',
  });
}

function explain(id: string): ValidateResult {
  const { severity, summary, why } = ruleById(id);
  return { kind: 'explained', rule: { id, severity, summary, why, docsUrl: `docs/rules.md#${id}` } };
}

/** Inside GitHub Actions findings become annotations, unless somebody is looking at a terminal. */
function defaultFormat(context: Context): ValidateFormat {
  return context.config.env.GITHUB_ACTIONS && !context.output.stdoutIsTerminal ? 'github' : 'text';
}

import type { Style } from '../../output/style.ts';
import { terminalText, wrapText } from '../../output/terminal-text.ts';
import type { Change, Impact, Plan } from '../../plan/plan.ts';
import { describeChange, describeParts } from './describe-change.ts';
import { nameInstallations } from './name-installations.ts';

export interface PlanLook {
  style: Style;
  /** Columns. */
  width: number;
}

/** A plan for people: integrations in order, one line a change, what it means below it, counts at the end. */
export function renderPlanText(plan: Plan & { against: string; unmanaged?: string[] }, look: PlanLook): string {
  const { style } = look;
  if (plan.changes.length === 0)
    return [
      plan.against === 'nothing' ? 'Nothing to deploy.' : `No changes against ${plan.against}.`,
      ...unmanagedLines(plan, style),
    ].join('\n');
  const lines: string[] = [];
  let integration: string | undefined;
  for (const change of plan.changes) {
    if (change.integration !== integration) {
      if (integration !== undefined) lines.push('');
      integration = change.integration;
      if (change.kind !== 'integration' || change.action === 'update') lines.push(style.bold(integration));
    }
    lines.push(...renderChange(change, look));
  }
  return [...lines, '', renderSummary(plan, style), ...unmanagedLines(plan, style)].join('\n');
}

/** `1 to create, 2 to update, 1 to delete against revision 3; 1 is breaking.` */
export function renderSummary(plan: Plan & { against: string }, style: Style): string {
  const { create, update, delete: remove, breaking } = plan.summary;
  const counts = [
    create > 0 && `${create} to create`,
    update > 0 && `${update} to update`,
    remove > 0 && `${remove} to delete`,
  ].filter(Boolean);
  const tail = breaking > 0 ? `; ${style.bad(`${breaking} breaking`)}.` : '.';
  const base = plan.against === 'nothing' ? '; nothing was deployed before' : ` against ${plan.against}`;
  return `${counts.join(', ')}${base}${tail}`;
}

function renderChange(change: Change, look: PlanLook): string[] {
  const { style } = look;
  const whole = change.kind === 'integration' && change.action !== 'update';
  const indent = whole ? '' : '  ';
  const path = whole ? style.bold(change.path) : pathInside(change);
  const lines = [`${indent}${symbolOf(change, style)} ${path}  ${style.dim(terminalText(describeChange(change)))}`];
  for (const { label, text } of describeParts(change)) {
    const start = `${indent}    ${label.padEnd(9)} `;
    lines.push(...wrapAfter(start, text, look.width).map((line) => style.dim(line)));
  }
  for (const impact of change.impact) lines.push(...renderImpact(impact, `${indent}    `, look));
  return lines;
}

function renderImpact(impact: Impact, indent: string, { style, width }: PlanLook): string[] {
  const paint = { safe: style.good, notice: style.warn, breaking: style.bad }[impact.level];
  const who = impact.installations ? ` ${nameInstallations(impact.installations)}` : '';
  const [first = '', ...rest] = wrapAfter(`${indent}${impact.level.padEnd(9)} `, `${impact.message}${who}`, width);
  return [first.replace(impact.level, paint.call(style, impact.level)), ...rest];
}

function symbolOf(change: Change, style: Style): string {
  if (change.action === 'create') return style.good('+');
  return change.action === 'delete' ? style.bad('-') : style.warn('~');
}

function pathInside(change: Change): string {
  return change.path.startsWith(`${change.integration}.`)
    ? change.path.slice(change.integration.length + 1)
    : change.path;
}

function unmanagedLines({ unmanaged = [] }: { unmanaged?: string[] }, style: Style): string[] {
  if (unmanaged.length === 0) return [];
  return [style.dim(`Unmanaged, left alone: ${unmanaged.join(', ')}.`)];
}

/** Words in lines of `width` columns; the first starts with `start`, the others are indented as far. */
function wrapAfter(start: string, text: string, width: number): string[] {
  return wrapText(text, Math.max(20, width - start.length)).map(
    (line, index) => `${index === 0 ? start : ' '.repeat(start.length)}${line}`,
  );
}

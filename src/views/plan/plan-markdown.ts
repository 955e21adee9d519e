import type { Change, Impact, Plan } from '../../plan/plan.ts';
import { describeChange } from './describe-change.ts';
import { nameInstallations } from './name-installations.ts';

// GitHub refuses comments over 65,536 characters; the rest is room for what an action adds around it.
const mostCharacters = 60_000;

/** A plan as a pull-request comment: counts and breaking changes in sight, the rest behind a fold, never too long to post. */
export function renderPlanMarkdown(plan: Plan & { against: string; unmanaged?: string[] }): string {
  const title = `### amp plan: ${sayCounts(plan)}`;
  if (plan.changes.length === 0) return `${title}\n\nThe manifest means the same as ${code(plan.against)}.\n`;
  const breaking = plan.changes.filter(isBreaking);
  const rest = plan.changes.filter((change) => !isBreaking(change));
  const unmanaged = plan.unmanaged?.length ? `\n\nUnmanaged, left alone: ${plan.unmanaged.map(code).join(', ')}.` : '';
  const room = mostCharacters - title.length - unmanaged.length - 500;
  const shownBreaking = fitLines(breaking.map(renderChange), room);
  const shownRest = fitLines(rest.map(renderChange), room - shownBreaking.length);
  const parts = [title, plan.against === 'nothing' ? 'Nothing was deployed before.' : `Against ${code(plan.against)}.`];
  if (breaking.length > 0) parts.push(`**Breaks something for installed customers**\n\n${shownBreaking}`);
  if (rest.length > 0) {
    const summary = `${rest.length} ${breaking.length > 0 ? 'other ' : ''}${rest.length === 1 ? 'change' : 'changes'}`;
    parts.push(
      `<details${breaking.length === 0 ? ' open' : ''}><summary>${summary}</summary>\n\n${shownRest}\n</details>`,
    );
  }
  return `${parts.join('\n\n')}${unmanaged}\n`;
}

function sayCounts({ changes, summary }: Plan): string {
  if (changes.length === 0) return 'no changes';
  const counts = [
    summary.create > 0 && `${summary.create} to create`,
    summary.update > 0 && `${summary.update} to update`,
    summary.delete > 0 && `${summary.delete} to delete`,
    summary.breaking > 0 && `**${summary.breaking} breaking**`,
  ];
  return counts.filter(Boolean).join(', ');
}

function renderChange(change: Change): string {
  const symbol = { create: '➕', update: '✏️', delete: '➖' }[change.action];
  const lines = [`- ${symbol} ${code(change.path)} ${plain(describeChange(change))}`];
  for (const impact of change.impact) lines.push(renderImpact(impact));
  return lines.join('\n');
}

function renderImpact({ level, message, installations }: Impact): string {
  const label = level === 'breaking' ? '**breaking**' : level;
  const who = installations ? ` ${plain(nameInstallations(installations, 5))}` : '';
  return `  - ${label}: ${plain(message)}${who}`;
}

/** As many items as fit, then how many do not. */
function fitLines(items: readonly string[], characters: number): string {
  const kept: string[] = [];
  let used = 0;
  for (const item of items) {
    if (used + item.length + 1 > characters) break;
    kept.push(item);
    used += item.length + 1;
  }
  const left = items.length - kept.length;
  return left === 0 ? kept.join('\n') : [...kept, `- … and ${left} more; \`amp diff\` shows all.`].join('\n');
}

function code(text: string): string {
  const line = text.replaceAll(/[\r\n]+/g, ' ');
  const fence = line.includes('`') ? '``' : '`';
  return `${fence}${line}${fence}`;
}

/** Text that stays text: no HTML, no formatting, no mention of people, no link. */
function plain(text: string): string {
  return text
    .replaceAll(/[\r\n]+/g, ' ')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll(/([\\`*_[\]|#~])/g, '\\$1')
    .replaceAll('@', '@\u200b');
}

function isBreaking({ impact }: Change): boolean {
  return impact.some(({ level }) => level === 'breaking');
}

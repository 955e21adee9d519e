import type { Revision } from '../environments/local/revisions.ts';
import type { Style } from '../output/style.ts';
import { renderTable } from '../output/table.ts';
import { agoText, fullTimeText } from '../output/time-text.ts';
import type { PlanSummary } from '../plan/plan.ts';
import { type PlanLook, renderPlanText } from './plan/plan-text.ts';

type ListedRevision = Omit<Revision, 'manifest' | 'source' | 'changes'> & { current: boolean; summary: PlanSummary };

/** One line a revision, the deployed one marked. */
export function renderRevisionList(revisions: readonly ListedRevision[], style: Style, nowMs: number): string {
  if (revisions.length === 0) return 'Nothing is deployed here yet. Run amp deploy.';
  return renderTable(
    [
      { head: '' },
      { head: 'Revision', align: 'right' },
      { head: 'When' },
      { head: 'Who' },
      { head: 'Changes' },
      { head: 'Why' },
    ],
    revisions.map((revision) => [
      revision.current ? style.good('●') : ' ',
      String(revision.number),
      agoText(Date.parse(revision.createdAt), nowMs),
      revision.author,
      sayChanges(revision.summary),
      revision.message ?? (revision.rollbackOf === undefined ? '' : `rollback to ${revision.rollbackOf}`),
    ]),
    style,
  );
}

/** Who, when and why, then what it changed. */
export function renderRevision(
  revision: Revision & { current: boolean; summary: PlanSummary },
  look: PlanLook,
  nowMs: number,
): string {
  const { style } = look;
  const facts = [
    ['Id', revision.id],
    [
      'Deployed',
      `${fullTimeText(Date.parse(revision.createdAt))} (${agoText(Date.parse(revision.createdAt), nowMs)}) by ${revision.author}`,
    ],
    ...(revision.message === undefined ? [] : [['Message', revision.message]]),
    ...(revision.rollbackOf === undefined ? [] : [['Rollback', `to revision ${revision.rollbackOf}`]]),
  ];
  return [
    `${style.bold(`Revision ${revision.number}`)}${revision.current ? style.good('  deployed now') : ''}`,
    ...facts.map(([label, text]) => `${style.dim(label!.padEnd(9))} ${text}`),
    '',
    renderPlanText(
      {
        changes: revision.changes,
        summary: revision.summary,
        against: revision.number === 1 ? 'nothing' : `revision ${revision.number - 1}`,
      },
      look,
    ),
    '',
    style.dim(`amp revisions show ${revision.number} --manifest prints the file.`),
  ].join('\n');
}

function sayChanges({ create, update, delete: remove }: PlanSummary): string {
  return [create && `+${create}`, update && `~${update}`, remove && `-${remove}`].filter(Boolean).join(' ');
}

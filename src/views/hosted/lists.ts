import type { HostedInstallation } from '../../environments/hosted/answers.ts';
import type { Style } from '../../output/style.ts';
import { renderTable } from '../../output/table.ts';
import { terminalText } from '../../output/terminal-text.ts';

/** Head, and text of one item. */
export type HostedColumn<Item> = readonly [head: string, text: (item: Item) => string | undefined];

/** One line a thing; whatever the platform left out is a dash. */
export function renderHostedList<Item>(
  what: string,
  list: readonly Item[],
  columns: readonly HostedColumn<Item>[],
  style: Style,
): string {
  if (list.length === 0) return `The project has no ${what}.`;
  return renderTable(
    columns.map(([head]) => ({ head })),
    list.map((item) => columns.map(([, text]) => terminalText(text(item) ?? '–'))),
    style,
  );
}

export function renderHostedInstallations(list: readonly HostedInstallation[], style: Style): string {
  return renderHostedList(
    'installations',
    list,
    [
      ['Customer', ({ group }) => group?.groupName ?? group?.groupRef],
      ['Health', ({ healthStatus }) => healthStatus],
      ['Last operation', ({ lastOperationStatus }) => lastOperationStatus],
      ['Integration', ({ integrationId }) => integrationId],
      ['Id', ({ id }) => id],
    ],
    style,
  );
}

import type { HostedDestination } from '../../environments/hosted/answers.ts';
import type { HostedColumn } from '../../views/hosted/lists.ts';

/** Destinations of a project, under the old name of the list and the new one. */
export const destinationColumns: readonly HostedColumn<HostedDestination>[] = [
  ['Name', (one) => one.name],
  ['Type', (one) => one.type],
  ['Target', ({ metadata }) => (typeof metadata?.url === 'string' ? metadata.url : undefined)],
  ['Id', (one) => one.id],
];

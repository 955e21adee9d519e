import { defineHostedList } from './define-hosted-list.ts';
import { destinationColumns } from './destination-columns.ts';

export const listDestinations = defineHostedList({
  what: 'destinations',
  summary: 'Destinations of a hosted project',
  needs: 'project',
  fetch: async (api) => (await import('../../environments/hosted/lists.ts')).listDestinations(api),
  columns: destinationColumns,
});

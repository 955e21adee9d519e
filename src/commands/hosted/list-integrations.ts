import { defineHostedList } from './define-hosted-list.ts';

export const listIntegrations = defineHostedList({
  what: 'integrations',
  summary: 'Integrations of a hosted project',
  needs: 'project',
  fetch: async (api) => (await import('../../environments/hosted/lists.ts')).listIntegrations(api),
  columns: [
    ['Name', (one) => one.name],
    ['Provider', (one) => one.provider],
    ['Installations', (one) => String(one.installations)],
    ['Revision', (one) => one.latestRevision?.id],
    ['Id', (one) => one.id],
  ],
});

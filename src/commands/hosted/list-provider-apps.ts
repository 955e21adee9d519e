import { defineHostedList } from './define-hosted-list.ts';

export const listProviderApps = defineHostedList({
  what: 'provider-apps',
  summary: 'OAuth apps of a hosted project',
  needs: 'project',
  fetch: async (api) => (await import('../../environments/hosted/lists.ts')).listProviderApps(api),
  columns: [
    ['Provider', (one) => one.provider],
    ['Client id', (one) => one.clientId],
    ['Id', (one) => one.id],
  ],
});

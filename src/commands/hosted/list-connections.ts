import { defineHostedList } from './define-hosted-list.ts';

export const listConnections = defineHostedList({
  what: 'connections',
  summary: 'Connections of a hosted project',
  needs: 'project',
  fetch: async (api) => (await import('../../environments/hosted/lists.ts')).listConnections(api),
  columns: [
    ['Customer', (one) => one.group?.groupName ?? one.group?.groupRef],
    ['Provider', (one) => one.provider],
    // Our word beside the platform's, where they differ.
    ['State', (one) => (one.status === 'bad_credentials' ? 'needs reauth (bad_credentials)' : one.status)],
    ['Id', (one) => one.id],
  ],
});

import { connectionStateText } from '../../environments/hosted/connection-state.ts';
import { defineHostedList } from './define-hosted-list.ts';

export const listConnections = defineHostedList({
  what: 'connections',
  summary: 'Connections of a hosted project',
  needs: 'project',
  fetch: async (api) => (await import('../../environments/hosted/lists.ts')).listConnections(api),
  columns: [
    ['Customer', (one) => one.group?.groupName ?? one.group?.groupRef],
    ['Provider', (one) => one.provider],
    ['State', (one) => connectionStateText(one.status)],
    ['Id', (one) => one.id],
  ],
});

import { defineHostedList } from './define-hosted-list.ts';

export const listProjects = defineHostedList({
  what: 'projects',
  summary: 'Projects the key opens',
  needs: 'key',
  fetch: async (api) => (await import('../../environments/hosted/lists.ts')).listProjects(api),
  columns: [
    ['Name', (one) => one.name],
    ['App', (one) => one.appName],
    ['Id', (one) => one.id],
  ],
});

import { defineGroup } from '../../cli/command.ts';

export const org = defineGroup({
  name: 'org',
  summary: 'Connect Salesforce orgs and look into them',
  commands: [
    { name: 'login', summary: 'Sign in to a Salesforce org', load: async () => (await import('./login.ts')).login },
    {
      name: 'list',
      aliases: ['ls'],
      summary: 'List connected orgs',
      load: async () => (await import('./list.ts')).list,
    },
    { name: 'show', summary: 'Show one connected org', load: async () => (await import('./show.ts')).show },
    { name: 'use', summary: 'Choose the default org', load: async () => (await import('./use.ts')).use },
    {
      name: 'describe',
      summary: 'Show objects, or the fields of one object',
      load: async () => (await import('./describe.ts')).describe,
    },
    {
      name: 'limits',
      summary: 'Show API usage and other limits',
      load: async () => (await import('./limits.ts')).limits,
    },
    {
      name: 'drift',
      summary: "Show what changed in an org's schema, and what it breaks",
      load: async () => (await import('./drift.ts')).drift,
    },
    {
      name: 'fields',
      summary: "Make custom fields in a customer's org",
      load: async () => (await import('./fields/index.ts')).fields,
    },
    { name: 'logout', summary: 'Revoke and forget a sign-in', load: async () => (await import('./logout.ts')).logout },
  ],
});

import { defineGroup } from '../../../cli/command.ts';

export const fields = defineGroup({
  name: 'fields',
  summary: "Make custom fields in a customer's org",
  commands: [
    {
      name: 'apply',
      summary: 'Create and update custom fields from a file',
      load: async () => (await import('./apply.ts')).apply,
    },
  ],
});

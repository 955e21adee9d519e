import type { LazyCommand } from '../cli/command.ts';

/** Every command, in the order help shows them. Adding one is a line here and a file beside this one. */
export const commands: LazyCommand[] = [
  // Help
  {
    name: 'completion',
    section: 'Help',
    summary: 'Print a shell completion script',
    load: async () => (await import('./completion.ts')).completion,
  },
];

import type { LazyCommand } from '../cli/command.ts';

/** Every command, in the order help shows them. Adding one is a line here and a file beside this one. */
export const commands: LazyCommand[] = [];

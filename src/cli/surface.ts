import type { ArgSpec, Command, CommandGroup, FlagSpecs, LazyCommand } from './command.ts';
import { globalFlags } from './global-flags.ts';

/** Everything a user can type, as data: completion, docs/commands.md and the surface snapshot are made from it. */
export interface Surface {
  path: string[];
  aliases: string[];
  section?: string;
  summary: string;
  description?: string;
  hidden: boolean;
  /** Undefined for a group. */
  args?: ArgSpec[];
  flags: FlagSpecs;
  examples: string[];
  children: Surface[];
}

/** Loads every command and describes it, in help's order. */
export async function describeSurface(
  commands: readonly LazyCommand[],
  parent: readonly string[] = [],
): Promise<Surface[]> {
  const described: Surface[] = [];
  for (const command of commands) {
    const loaded: Command | CommandGroup = await command.load();
    const isGroup = 'commands' in loaded;
    const path = [...parent, command.name];
    described.push({
      path,
      aliases: command.aliases ?? [],
      ...(command.section ? { section: command.section } : {}),
      summary: command.summary,
      ...('description' in loaded && loaded.description ? { description: loaded.description } : {}),
      hidden: command.hidden ?? false,
      ...(isGroup ? {} : { args: loaded.args ?? [] }),
      flags: isGroup ? {} : (loaded.flags ?? {}),
      examples: isGroup ? [] : loaded.examples,
      children: isGroup ? await describeSurface(loaded.commands, path) : [],
    });
  }
  return described;
}

/** `--json`, `--debug` …: names of the flags every command takes. */
export const globalFlagNames: readonly string[] = Object.entries(globalFlags).map(([name, spec]) =>
  'negated' in spec ? `--no-${name}` : `--${name}`,
);

import type { Command, CommandGroup, LazyCommand } from './command.ts';
import { globalFlags } from './global-flags.ts';

/** The commands named on a command line, outermost first; the last one is a leaf, or a group when none was named in it. */
export interface FoundCommand {
  path: LazyCommand[];
  loaded: Command | CommandGroup | undefined;
}

const globalFlagsWithValue = new Set(
  Object.entries(globalFlags).flatMap(([name, spec]) =>
    spec.type === 'boolean' ? [] : [`--${name}`, ...('short' in spec ? [`-${spec.short}`] : [])],
  ),
);

/**
 * Finds which command argv names and loads only that one, so that help and start-up never pay for the others. Flags before
 * the name are global ones; whatever follows the leaf's name is the parser's business.
 */
export async function findCommand(argv: readonly string[], commands: readonly LazyCommand[]): Promise<FoundCommand> {
  const path: LazyCommand[] = [];
  let candidates = commands;
  let loaded: Command | CommandGroup | undefined;
  for (let index = 0; index < argv.length; index++) {
    const token = argv[index]!;
    if (token === '--') break;
    if (globalFlagsWithValue.has(token)) {
      index++;
      continue;
    }
    if (token.startsWith('-')) continue;
    const next = candidates.find((command) => command.name === token || command.aliases?.includes(token));
    if (!next) break;
    path.push(next);
    loaded = await next.load();
    if (!('commands' in loaded)) break;
    candidates = loaded.commands;
  }
  if (loaded && 'commands' in loaded && loaded.defaultCommand && !asksForHelp(argv)) {
    const preset = loaded.commands.find((command) => command.name === (loaded as CommandGroup).defaultCommand);
    const group = path.at(-1)!;
    const behind = argv[argv.findIndex((token) => token === group.name || group.aliases?.includes(token)) + 1];
    // A word there is a misspelt subcommand; a flag belongs to the default one, with or without a value behind it.
    if (preset && (behind === undefined || behind.startsWith('-'))) {
      path.push(preset);
      loaded = await preset.load();
    }
  }
  return { path, loaded };
}

function asksForHelp(argv: readonly string[]): boolean {
  return argv.includes('--help') || argv.includes('-h');
}

import type { Command as Parser } from 'commander';
import type { GlobalFlags } from '../config/load-config.ts';
import type { Command } from './command.ts';
import { globalFlags } from './global-flags.ts';

/** Arguments and own flags of the parsed leaf, under their declared names. */
export function readInput(parser: Parser, command: Command) {
  const args: Record<string, string | undefined> & { rest: string[] } = { rest: [] as string[] } as never;
  for (const [index, arg] of (command.args ?? []).entries()) {
    const value = parser.processedArgs[index] as string | string[] | undefined;
    if (Array.isArray(value)) {
      args.rest = value;
      if (value[0] !== undefined) args[arg.name] = value[0];
    } else if (value !== undefined) args[arg.name] = value;
  }
  const options = parser.opts<Record<string, unknown>>();
  const flags: Record<string, unknown> = {};
  for (const name of Object.keys(command.flags ?? {})) {
    // Commander files --no-browser under "browser", false when given.
    if (name.startsWith('no-')) {
      if (options[camelCase(name.slice(3))] === false) flags[name] = true;
      continue;
    }
    const value = options[camelCase(name)];
    if (value !== undefined) flags[name] = value;
  }
  return { args, flags };
}

/** Global flags may stand at any level; the innermost wins. A flag of the command's own shadows the global one. */
export function readGlobals(root: Parser, path: readonly string[], leaf: Parser, command: Command): GlobalFlags {
  const levels: Parser[] = [root];
  for (const name of path) {
    const next = levels.at(-1)!.commands.find((candidate) => candidate.name() === name);
    if (next) levels.push(next);
  }
  const globals: Record<string, unknown> = {};
  for (const level of levels) {
    const options = level.opts<Record<string, unknown>>();
    for (const name of Object.keys(globalFlags)) {
      if (level === leaf && command.flags && name in command.flags) continue;
      // Commander gives --no-color's option the value true when it is absent.
      if (name === 'color' && options.color !== false) continue;
      const value = options[camelCase(name)];
      if (value !== undefined) globals[name] = value;
    }
  }
  return globals as GlobalFlags;
}

function camelCase(name: string): string {
  return name.replace(/-([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
}

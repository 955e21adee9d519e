import type { ExitName } from '../errors/exit-codes.ts';
import type { Context } from './context.ts';

/**
 * A command is a value: help, completion, docs/commands.md, the surface snapshot and the parser all come from it. The file
 * of a command stays light (help loads it); heavy modules are imported inside `run` and `view`.
 */
export interface Command<Flags extends FlagSpecs = FlagSpecs, Result = unknown> {
  name: string;
  aliases?: string[];
  summary: string;
  /** More than one sentence, for `--help` and the reference. */
  description?: string;
  args?: ArgSpec[];
  flags?: Flags;
  examples: string[];
  /** Hidden from help (old names kept working). */
  hidden?: boolean;
  /** Data out; a stream yields events. Throws AmpError for everything expected. */
  run(context: Context, input: CommandInput<Flags>): Promise<Result> | Result;
  /** How the process ends for this result; `ok` when absent. */
  exit?(result: Awaited<Result>): ExitName;
  /** Text for people. Absent: nothing is printed (the command wrote its own stream through context.output). */
  view?(result: Awaited<Result>, context: Context): Promise<string> | string;
  /** With --json the result itself is printed; a command whose JSON differs, or that prints NDJSON by itself, says so. */
  json?: 'result' | 'stream' | ((result: Awaited<Result>) => unknown);
}

/** A command with subcommands: `amp org login`. `run` of the group itself is optional (`amp operations` = list). */
export interface CommandGroup {
  name: string;
  aliases?: string[];
  summary: string;
  hidden?: boolean;
  /** Name of the subcommand that runs when none is given. */
  defaultCommand?: string;
  commands: LazyCommand[];
}

/** What help lists without loading the command. */
export interface LazyCommand {
  name: string;
  aliases?: string[];
  summary: string;
  section?: Section;
  hidden?: boolean;
  // biome-ignore lint/suspicious/noExplicitAny: a list of commands forgets what each one's flags and result are
  load(): Promise<Command<any, any> | CommandGroup>;
}

export type Section = 'Author' | 'Ship' | 'Connect' | 'Run' | 'Observe' | 'Offline' | 'Help';

export interface ArgSpec {
  name: string;
  summary: string;
  required?: boolean;
  /** Takes all the rest. */
  variadic?: boolean;
}

export type FlagSpec = (
  | { type: 'boolean' }
  | { type: 'string'; choices?: readonly string[] }
  | { type: 'number'; min?: number; max?: number; integer?: boolean }
  | { type: 'strings'; choices?: readonly string[] }
) & {
  summary: string;
  short?: string;
  /** What stands for the value in help: `<url>`. */
  placeholder?: string;
  default?: string | number | boolean;
  hidden?: boolean;
};

export type FlagSpecs = Record<string, FlagSpec>;

type FlagValue<Spec extends FlagSpec> = Spec extends { type: 'boolean' }
  ? boolean
  : Spec extends { type: 'number' }
    ? number
    : Spec extends { type: 'strings' }
      ? string[]
      : Spec extends { type: 'string'; choices: readonly (infer Choice)[] }
        ? Choice
        : string;

/** Flag names in camelCase as declared in kebab-case: `--on-removed` is `flags['on-removed']`. */
export interface CommandInput<Flags extends FlagSpecs> {
  args: Record<string, string | undefined> & { rest: string[] };
  flags: { [Name in keyof Flags]?: FlagValue<Flags[Name]> };
}

/** Identity with inference: the flags' types reach `run`. */
export function defineCommand<const Flags extends FlagSpecs, Result>(
  command: Command<Flags, Result>,
): Command<Flags, Result> {
  return command;
}

export function defineGroup(group: CommandGroup): CommandGroup {
  return group;
}

import { CommanderError, InvalidArgumentError, Option, type OutputConfiguration, Command as Parser } from 'commander';
import type { GlobalFlags } from '../config/load-config.ts';
import type { Command, CommandGroup, FlagSpec, FlagSpecs, LazyCommand, Section } from './command.ts';
import { findCommand } from './find-command.ts';
import { globalFlags } from './global-flags.ts';

/** What argv asks for. Everything that is not a command to run ends here: help and version as text, mistakes as `usage`. */
export type Parsed =
  | {
      kind: 'run';
      command: Command;
      name: string;
      args: Record<string, string | undefined> & { rest: string[] };
      flags: Record<string, unknown>;
      globals: GlobalFlags;
    }
  | { kind: 'text'; text: string }
  | { kind: 'usage'; message: string; hint: string };

/** argv (without node and script) → Parsed. Loads the named command and nothing else. */
export async function parseCommandLine(
  argv: readonly string[],
  commands: readonly LazyCommand[],
  version: string,
): Promise<Parsed> {
  const words =
    argv[0] === 'help'
      ? [...argv.slice(1), '--help']
      : argv[0] === 'version'
        ? ['--version', ...argv.slice(1)]
        : [...argv];
  const found = await findCommand(words, commands);
  let printed = '';
  let result: Parsed | undefined;
  const settings = {
    writeOut: (text: string) => {
      printed += text;
    },
    writeErr: () => {},
    outputError: () => {},
    getOutHelpWidth: () => 80,
    getErrHelpWidth: () => 80,
    getOutHasColors: () => false,
    getErrHasColors: () => false,
  };

  const root = prepare(new Parser('amp'), settings)
    .description('Customer-facing Salesforce integrations as code, from one amp.yaml.')
    .version(version, '-V, --version', 'Print the version')
    .usage('<command> [flags]')
    .enablePositionalOptions();
  addFlags(root, globalFlags);
  root.configureHelp({ formatHelp: () => rootHelp(root, commands) });

  let parent = root;
  let siblings = commands;
  const names: string[] = [];
  for (const [depth, step] of found.path.entries()) {
    for (const sibling of siblings) if (sibling !== step) addStub(parent, sibling, settings);
    const isLeaf = depth === found.path.length - 1;
    const parser = prepare(new Parser(step.name), settings).summary(step.summary);
    for (const alias of step.aliases ?? []) parser.alias(alias);
    if (step.section) parser.helpGroup(step.section);
    parent.addCommand(parser, { hidden: step.hidden ?? false, isDefault: false });
    names.push(step.name);
    if (isLeaf && found.loaded && !('commands' in found.loaded)) {
      const command = found.loaded;
      configureLeaf(parser, command);
      parser.action(() => {
        result = {
          kind: 'run',
          command,
          name: names.join(' '),
          ...readInput(parser, command),
          globals: readGlobals(root, names, parser, command),
        };
      });
    } else {
      parser.description(step.summary).usage('<command> [flags]').enablePositionalOptions();
      addFlags(parser, globalFlags, true);
    }
    parent = parser;
    siblings =
      isLeaf && found.loaded && 'commands' in found.loaded
        ? found.loaded.commands
        : await childrenOf(step, found.path[depth + 1]);
  }
  for (const sibling of siblings) addStub(parent, sibling, settings);

  // A group's default command takes the group's place on the line.
  const line = insertDefault(words, found.path);
  try {
    if (line.length === 0) return { kind: 'text', text: root.helpInformation() };
    await root.parseAsync(line, { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (
      error.code === 'commander.helpDisplayed' ||
      error.code === 'commander.version' ||
      (error.code === 'commander.help' && printed)
    ) {
      return { kind: 'text', text: printed };
    }
    if (error.code === 'commander.help') return { kind: 'text', text: parent.helpInformation() };
    return usage(error, ['amp', ...names].join(' '));
  }
  return result ?? { kind: 'text', text: printed || parent.helpInformation() };
}

const sections: readonly Section[] = ['Author', 'Ship', 'Connect', 'Run', 'Observe', 'Offline', 'Help'];

/** `amp --help`: what one can do comes before how to tune it. */
function rootHelp(root: Parser, commands: readonly LazyCommand[]): string {
  const helper = root.createHelp();
  const row = (name: string, summary: string) => `  ${name.padEnd(15)} ${summary}`;
  const groups = sections
    .map((section) => ({
      section,
      members: commands.filter((command) => command.section === section && !command.hidden),
    }))
    .filter(({ members }) => members.length > 0)
    .map(
      ({ section, members }) => `${section}\n${members.map((member) => row(member.name, member.summary)).join('\n')}`,
    );
  const flags = helper.visibleOptions(root).map((option) => `  ${option.flags.padEnd(27)} ${option.description}`);
  return `${root.description()}

Usage: amp <command> [flags]

${groups.join('\n\n')}

Flags
${flags.join('\n')}

Start here
  amp demo                    the whole story on the embedded emulator
  amp init                    write a commented amp.yaml
  amp <command> --help        examples for each command
`;
}

function prepare(parser: Parser, settings: OutputConfiguration): Parser {
  return parser
    .exitOverride()
    .configureOutput(settings)
    .helpOption('-h, --help', 'Show help and examples')
    .helpCommand(false)
    .configureHelp({ showGlobalOptions: false, minWidthToWrap: 24, optionDescription: describeOption })
    .allowExcessArguments(false);
}

/** The default, where there is one; the choices are in the term or the summary already. */
function describeOption(option: Option): string {
  const preset = option.defaultValue as string | number | boolean | undefined;
  return preset === undefined || option.negate ? option.description : `${option.description} (default ${preset})`;
}

/** A command that help lists and "did you mean" knows, but whose definition was not loaded. */
function addStub(parent: Parser, command: LazyCommand, settings: OutputConfiguration): void {
  const stub = prepare(new Parser(command.name), settings).summary(command.summary);
  for (const alias of command.aliases ?? []) stub.alias(alias);
  if (command.section) stub.helpGroup(command.section);
  parent.addCommand(stub, { hidden: command.hidden ?? false });
}

async function childrenOf(step: LazyCommand, next: LazyCommand | undefined): Promise<readonly LazyCommand[]> {
  if (!next) return [];
  const group = (await step.load()) as CommandGroup;
  return group.commands;
}

function configureLeaf(parser: Parser, command: Command): void {
  parser.description(command.description ? `${command.summary}\n\n${command.description}` : command.summary);
  for (const arg of command.args ?? []) {
    const name = arg.variadic ? `${arg.name}...` : arg.name;
    parser.argument(arg.required ? `<${name}>` : `[${name}]`, arg.summary);
  }
  addFlags(parser, command.flags ?? {});
  const own = new Set(Object.keys(command.flags ?? {}));
  const ownShorts = new Set(Object.values(command.flags ?? {}).map((flag) => flag.short));
  const globals = Object.fromEntries(
    Object.entries(globalFlags)
      .filter(([name]) => !own.has(name))
      .map(([name, spec]) => [
        name,
        'short' in spec && ownShorts.has(spec.short) ? { ...spec, short: undefined } : spec,
      ]),
  ) as FlagSpecs;
  addFlags(parser, globals, true);
  parser.addHelpText('after', `\nExamples:\n${command.examples.map((example) => `  ${example}`).join('\n')}`);
}

function addFlags(parser: Parser, flags: FlagSpecs, asGlobal = false): void {
  for (const [name, spec] of Object.entries(flags)) {
    const option = new Option(flagTerm(name, spec), flagSummary(spec));
    if (spec.hidden) option.hideHelp();
    if (asGlobal) option.helpGroup('Global flags:');
    if (spec.default !== undefined) option.default(spec.default);
    if ((spec.type === 'string' || spec.type === 'strings') && spec.choices) option.choices([...spec.choices]);
    if (spec.type === 'strings') option.argParser(collect(spec));
    if (spec.type === 'number') option.argParser(parseNumber(spec));
    parser.addOption(option);
  }
}

function flagTerm(name: string, spec: FlagSpec & { negated?: boolean }): string {
  const short = spec.short ? `-${spec.short}, ` : '';
  const long = spec.negated ? `--no-${name}` : `--${name}`;
  if (spec.type === 'boolean') return short + long;
  const choices = choicesOf(spec)?.join('|') ?? '';
  const value = choices.length > 0 && choices.length <= longestChoicesInTerm ? choices : undefined;
  return `${short}${long} <${value ?? spec.placeholder ?? (spec.type === 'number' ? 'n' : choices ? name : 'text')}>`;
}

/** What is longer stands behind the summary instead: help keeps its columns narrow. */
const longestChoicesInTerm = 20;

function flagSummary(spec: FlagSpec): string {
  const choices = choicesOf(spec)?.join('|') ?? '';
  return choices.length > longestChoicesInTerm ? `${spec.summary} (${choices.replaceAll('|', ', ')})` : spec.summary;
}

function choicesOf(spec: FlagSpec): readonly string[] | undefined {
  return spec.type === 'string' || spec.type === 'strings' ? spec.choices : undefined;
}

function collect(spec: Extract<FlagSpec, { type: 'strings' }>) {
  return (value: string, previous: string[] | undefined): string[] => {
    if (spec.choices && !spec.choices.includes(value)) {
      throw new InvalidArgumentError(`Allowed choices are ${spec.choices.join(', ')}.`);
    }
    return [...(previous ?? []), value];
  };
}

function parseNumber(spec: Extract<FlagSpec, { type: 'number' }>) {
  return (text: string): number => {
    const value = text.trim() === '' ? Number.NaN : Number(text);
    if (!Number.isFinite(value)) throw new InvalidArgumentError('It must be a number.');
    if (spec.integer !== false && !Number.isInteger(value))
      throw new InvalidArgumentError('It must be a whole number.');
    if (spec.min !== undefined && value < spec.min) throw new InvalidArgumentError(`It must be at least ${spec.min}.`);
    if (spec.max !== undefined && value > spec.max) throw new InvalidArgumentError(`It must be at most ${spec.max}.`);
    return value;
  };
}

function readInput(parser: Parser, command: Command) {
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
function readGlobals(root: Parser, path: readonly string[], leaf: Parser, command: Command): GlobalFlags {
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
      if (options[name] !== undefined) globals[name] = options[name];
    }
  }
  return globals as GlobalFlags;
}

function insertDefault(words: readonly string[], path: readonly LazyCommand[]): string[] {
  const line = [...words];
  let at = 0;
  for (const step of path) {
    const index = line.findIndex(
      (word, position) => position >= at && (word === step.name || step.aliases?.includes(word)),
    );
    if (index >= 0) at = index + 1;
    else {
      line.splice(at, 0, step.name);
      at++;
    }
  }
  return line;
}

function usage(error: CommanderError, name: string): Parsed {
  const [first = '', suggestion] = error.message.replace(/^error: /, '').split('\n');
  const message = first.charAt(0).toUpperCase() + first.slice(1);
  const meant = suggestion?.match(/Did you mean (.+)\?/)?.[0];
  return {
    kind: 'usage',
    message: /[.!?]$/.test(message) ? message : `${message}.`,
    hint: meant ?? `See ${name} --help.`,
  };
}

function camelCase(name: string): string {
  return name.replace(/-([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
}

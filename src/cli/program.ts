import { CommanderError, type OutputConfiguration, Command as Parser } from 'commander';
import type { GlobalFlags } from '../config/load-config.ts';
import type { Command, CommandGroup, FlagSpecs, LazyCommand } from './command.ts';
import { findCommand } from './find-command.ts';
import { addFlags, describeOption } from './flag-options.ts';
import { globalFlags } from './global-flags.ts';
import { readGlobals, readInput } from './parsed-input.ts';
import { rootHelp } from './root-help.ts';

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

  const leaf = found.loaded && !('commands' in found.loaded) ? found.loaded : undefined;
  // The other commands are for help and "did you mean": a command that is there has no use for them.
  const needsOthers = leaf === undefined || words.some((word) => /^(?:-\w*h|--h)/.test(word));
  let parent = root;
  let siblings = commands;
  const names: string[] = [];
  for (const [depth, step] of found.path.entries()) {
    if (needsOthers) for (const sibling of siblings) if (sibling !== step) addStub(parent, sibling, settings);
    const isLeaf = depth === found.path.length - 1;
    const parser = prepare(new Parser(step.name), settings).summary(step.summary);
    for (const alias of step.aliases ?? []) parser.alias(alias);
    if (step.section) parser.helpGroup(step.section);
    parent.addCommand(parser, { hidden: step.hidden ?? false, isDefault: false });
    names.push(step.name);
    if (isLeaf && leaf) {
      const command = leaf;
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
    if (error.code === 'commander.version') {
      return { kind: 'text', text: words.includes('--json') ? `${JSON.stringify({ version })}\n` : printed };
    }
    if (error.code === 'commander.helpDisplayed' || (error.code === 'commander.help' && printed)) {
      return { kind: 'text', text: printed };
    }
    if (error.code === 'commander.help') return { kind: 'text', text: parent.helpInformation() };
    return usage(error, ['amp', ...names].join(' '), leaf?.examples[0]);
  }
  return result ?? { kind: 'text', text: printed || parent.helpInformation() };
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

/** `example` answers a missing argument: it shows which stands where. */
function usage(error: CommanderError, name: string, example: string | undefined): Parsed {
  const [first = '', suggestion] = error.message.replace(/^error: /, '').split('\n');
  const message = first.charAt(0).toUpperCase() + first.slice(1);
  const isMissing = error.code === 'commander.missingArgument';
  const meant = suggestion?.match(/Did you mean (.+)\?/)?.[0];
  return {
    kind: 'usage',
    message: /[.!?]$/.test(message) ? message : `${message}.`,
    hint: meant ?? (isMissing && example ? `As in ${example}; see ${name} --help.` : `See ${name} --help.`),
  };
}

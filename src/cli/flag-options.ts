import { InvalidArgumentError, Option, type Command as Parser } from 'commander';
import type { FlagSpec, FlagSpecs } from './command.ts';

/** Adds declared flags to a parser; `asGlobal` lists them apart in help. */
export function addFlags(parser: Parser, flags: FlagSpecs, asGlobal = false): void {
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

/** The default, where there is one; the choices are in the term or the summary already. */
export function describeOption(option: Option): string {
  const preset = option.defaultValue as string | number | boolean | undefined;
  return preset === undefined || option.negate ? option.description : `${option.description} (default ${preset})`;
}

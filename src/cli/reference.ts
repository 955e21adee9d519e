import type { ErrorEntry } from '../errors/define-errors.ts';
import { exitCodes } from '../errors/exit-codes.ts';
import type { FlagSpec } from './command.ts';
import type { Surface } from './surface.ts';

/** docs/commands.md: every command with its arguments, flags and examples. */
export function renderCommandReference(surface: readonly Surface[]): string {
  const body = surface.filter((command) => !command.hidden).map(renderCommand);
  return `# Commands

Written by \`npm run fix\` from the commands themselves. Flags every command takes: \`amp --help\`.

${body.join('\n')}`;
}

function renderCommand(command: Surface): string {
  const name = `amp ${command.path.join(' ')}`;
  const args = (command.args ?? []).map((arg) => {
    const label = arg.variadic ? `${arg.name}…` : arg.name;
    return arg.required ? `<${label}>` : `[${label}]`;
  });
  const lines = [`${'#'.repeat(Math.min(command.path.length + 1, 4))} ${name}`, '', `${command.summary}.`, ''];
  if (command.description) lines.push(command.description, '');
  if (command.args)
    lines.push(
      '```',
      [name, ...args, Object.keys(command.flags).length > 0 ? '[flags]' : ''].join(' ').trimEnd(),
      '```',
      '',
    );
  for (const arg of command.args ?? []) lines.push(`- \`${arg.name}\`: ${arg.summary}`);
  if (command.args?.length) lines.push('');
  const flags = Object.entries(command.flags).filter(([, spec]) => !spec.hidden);
  if (flags.length > 0) {
    lines.push('| Flag | Meaning |', '| --- | --- |');
    for (const [flag, spec] of flags) lines.push(`| \`${renderFlag(flag, spec)}\` | ${cell(spec)} |`);
    lines.push('');
  }
  if (command.examples.length > 0) lines.push('```sh', ...command.examples, '```', '');
  const children = command.children.filter((child) => !child.hidden).map(renderCommand);
  return [...lines, ...children].join('\n');
}

function renderFlag(name: string, spec: FlagSpec): string {
  const short = spec.short ? `-${spec.short}, ` : '';
  if (spec.type === 'boolean') return `${short}--${name}`;
  const choices = spec.type !== 'number' && spec.choices ? spec.choices.join('|') : undefined;
  const value = spec.placeholder ?? choices ?? (spec.type === 'number' ? 'n' : 'text');
  return `${short}--${name} <${value}>${spec.type === 'strings' ? '…' : ''}`.replaceAll('|', '\\|');
}

function cell(spec: FlagSpec): string {
  const preset = spec.default === undefined ? '' : ` (default \`${spec.default}\`)`;
  return `${spec.summary}${preset}`.replaceAll('|', '\\|');
}

/** docs/errors.md: every code that is not a manifest rule. */
export function renderErrorReference(catalog: Readonly<Record<string, ErrorEntry>>): string {
  const rows = Object.entries(catalog).map(
    ([code, entry]) =>
      `### ${code}\n\n${entry.summary}\n\n- Remedy: ${entry.remedy}\n- Exit code: ${exitCodes[entry.exit ?? 'failed']}\n`,
  );
  return `# Errors

Written by \`npm run fix\` from \`src/errors/catalog/\`. Findings in a manifest are rules: see [rules.md](rules.md).

${rows.join('\n')}`;
}

import { parseCommandLine } from './cli/program.ts';
import { findVersion } from './cli/version.ts';
import { commands } from './commands/index.ts';
import { createPrivately } from './platform/umask.ts';

/** Runs amp with `argv` (without node and script) and answers the exit code. */
export async function main(argv: readonly string[]): Promise<number> {
  createPrivately();
  const version = findVersion();
  const parsed = await parseCommandLine(argv, commands, version);
  if (parsed.kind === 'text') {
    process.stdout.on('error', () => {});
    process.stdout.write(parsed.text);
    return 0;
  }
  const { runCommand, reportUsage } = await import('./cli/run-command.ts');
  return parsed.kind === 'usage' ? reportUsage(parsed, argv) : runCommand(parsed, version);
}

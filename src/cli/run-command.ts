import { resolve } from 'node:path';
import type { Config } from '../config/config.ts';
import { readEnvironment, readTestClock } from '../config/env.ts';
import { loadConfig } from '../config/load-config.ts';
import { AmpError } from '../errors/amp-error.ts';
import type { Diagnostic } from '../errors/diagnostic.ts';
import { type ExitName, exitCodes } from '../errors/exit-codes.ts';
import { redact } from '../errors/redact.ts';
import type { Output } from '../output/output.ts';
import { TerminalOutput } from '../output/terminal-output.ts';
import { createPrompter } from '../output/terminal-prompt.ts';
import { acceleratedClock, systemClock } from '../platform/clock.ts';
import type { Context } from './context.ts';
import type { Parsed } from './program.ts';
import { watchSignals } from './signals.ts';

/** Runs one parsed command in the real world and answers the exit code. The only try/catch around commands. */
export async function runCommand(parsed: Extract<Parsed, { kind: 'run' }>, version: string): Promise<number> {
  const cwd = resolve(parsed.globals.dir ?? '.');
  const config = loadConfig(parsed.globals, readEnvironment(), cwd);
  const signals = watchSignals();
  const output = new TerminalOutput(process, {
    config,
    colour: parsed.globals.color,
    redact,
    onClosed: () => signals.abort(new AmpError({ code: 'output-closed', message: 'The reader of stdout has gone.' })),
  });
  let isStdinOpen = false;
  const openStdin = () => {
    isStdinOpen = true;
    return process.stdin;
  };
  const world: Context = {
    cwd,
    config,
    clock: systemClock,
    output,
    prompt: createPrompter({
      get stdin() {
        return openStdin();
      },
      stderr: process.stderr,
      style: output.errorStyle,
      signal: signals.signal,
    }),
    signal: signals.signal,
    stdin: () => readToEnd(openStdin()),
    version,
  };
  if (config.apiKeyFrom === 'flag')
    output.warning('--key is visible in the process list; use amp login or AMP_API_KEY.');

  let exit: ExitName;
  try {
    const testClock = readTestClock(config.env);
    const context: Context = testClock ? { ...world, clock: acceleratedClock(testClock) } : world;
    const { command } = parsed;
    const result = await command.run(context, { args: parsed.args, flags: parsed.flags as never });
    await show(command, result, context);
    exit = command.exit?.(result) ?? 'ok';
    if (signals.signal.aborted) exit = await exitOf(signals.signal.reason);
  } catch (error) {
    const cause = signals.signal.aborted && isAbort(error) ? signals.signal.reason : error;
    exit = await exitOf(cause);
    await report(cause, output, config, `See amp ${parsed.name} --help.`);
  } finally {
    signals.stop();
    // A command may end while its question on an open pipe is still unanswered.
    if (isStdinOpen) process.stdin.destroy();
  }
  await output.flush();
  return exitCodes[exit];
}

async function show(
  command: Extract<Parsed, { kind: 'run' }>['command'],
  result: unknown,
  context: Context,
): Promise<void> {
  if (context.output.json) {
    if (command.json === 'stream') return;
    const document = typeof command.json === 'function' ? command.json(result as never) : result;
    if (document !== undefined) context.output.document(document);
    return;
  }
  const text = await command.view?.(result as never, context);
  if (text) context.output.text(text);
}

/** A command line that cannot be run: text on stderr, or one document on stdout with --json. */
export async function reportUsage(
  parsed: Extract<Parsed, { kind: 'usage' }>,
  argv: readonly string[],
): Promise<number> {
  const config = loadConfig({ json: argv.includes('--json') }, readEnvironment(), process.cwd());
  const output = new TerminalOutput(process, {
    config,
    colour: argv.includes('--no-color') ? false : undefined,
    redact,
    onClosed: () => {},
  });
  await report(new AmpError({ code: 'usage', message: parsed.message, hint: parsed.hint }), output, config);
  return exitCodes.usage;
}

/** `seeHelp`: the remedy of a wrong command line that has none of its own. */
async function report(error: unknown, output: Output, config: Config, seeHelp?: string): Promise<void> {
  if (error instanceof AmpError && error.code === 'output-closed') return;
  const failure = error instanceof AmpError ? error : internalError(error);
  // Ctrl-C needs no explanation unless the command has something to say (how to go on).
  if (failure.code === 'interrupted' && !failure.hint && !output.json) return;
  const remedy = failure.code === 'usage' && seeHelp ? seeHelp : (await loadCatalog())[failure.code]?.remedy;
  output.diagnostics(failure.diagnostics ?? [toDiagnostic(failure, remedy)]);
  if (!output.json && failure.causes.length > 0) {
    output.notice(failure.causes.map((cause) => `  ${output.errorStyle.dim('because')} ${cause}`).join('\n'));
  }
  if (config.debug && failure.stack) output.debug(failure.stack);
  if (config.debug && failure.cause instanceof Error && failure.cause.stack) output.debug(failure.cause.stack);
}

function toDiagnostic(error: AmpError, remedy: string | undefined): Diagnostic {
  const hint = error.hint ?? remedy;
  return {
    code: error.code,
    severity: 'error',
    message: error.message,
    ...(hint === undefined ? {} : { hint }),
    ...(error.location ? { location: error.location } : {}),
    ...(error.path ? { path: error.path } : {}),
    docsUrl: `docs/errors.md#${error.code}`,
  };
}

function internalError(error: unknown): AmpError {
  const message = error instanceof Error ? error.message : String(error);
  return new AmpError({ code: 'internal-error', message: `Unexpected: ${message}`, cause: error });
}

async function exitOf(error: unknown): Promise<ExitName> {
  if (!(error instanceof AmpError)) return 'failed';
  return (await loadCatalog())[error.code]?.exit ?? 'failed';
}

/** Only when something went wrong: a tenth of what amp reads at its start. */
async function loadCatalog() {
  return (await import('../errors/catalog.ts')).catalog;
}

function isAbort(error: unknown): boolean {
  return (
    error instanceof Error &&
    (error.name === 'AbortError' || (error instanceof AmpError && error.code === 'interrupted'))
  );
}

async function readToEnd(stream: AsyncIterable<unknown>): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

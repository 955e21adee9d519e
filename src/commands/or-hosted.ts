import type { Command, FlagSpecs } from '../cli/command.ts';
import type { Context } from '../cli/context.ts';
import type { ExitName } from '../errors/exit-codes.ts';

/** What a command does when `-p` names a hosted project: the same flags, the platform's data. */
export interface HostedTwin {
  run(context: Context, input: { args: Record<string, string | undefined>; flags: TwinFlags }): Promise<unknown>;
  /** How the process ends; absent: fine. */
  exit?(result: unknown): ExitName;
  /** What --json prints; absent: the result itself. */
  json?(result: unknown): unknown;
  /** Text for people; absent: the twin wrote its own. */
  view?(result: unknown, context: Context): Promise<string> | string;
}

/** The flags twins look at; each command has some of them. */
export interface TwinFlags {
  group?: string;
  integration?: string;
  since?: string;
  until?: string;
  note?: string;
  grep?: string;
  where?: string[];
  object?: string[];
  status?: string | string[];
  type?: string | string[];
  limit?: number;
  yes?: boolean;
  config?: boolean;
  url?: string;
  folder?: string;
  stdout?: boolean;
  header?: string[];
  reveal?: boolean;
}

/** A command that works in both environments: `local` without `-p`, its twin with it. */
export function orHosted<Flags extends FlagSpecs, Result>(
  local: Command<Flags, Result>,
  loadTwin: () => Promise<HostedTwin>,
): Command<Flags, unknown> {
  const { json, exit, view } = local as unknown as Command<Flags, unknown>;
  return {
    ...(local as unknown as Command<Flags, unknown>),
    async run(context, input) {
      if (context.config.project === undefined) return local.run(context, input);
      const twin = await loadTwin();
      return new HostedResult(twin, await twin.run(context, input as { args: typeof input.args; flags: TwinFlags }));
    },
    ...(exit && {
      exit: (result: unknown) =>
        result instanceof HostedResult ? (result.twin.exit?.(result.value) ?? 'ok') : exit.call(local, result),
    }),
    json:
      json === 'stream'
        ? json
        : (result) => {
            if (result instanceof HostedResult) return result.twin.json ? result.twin.json(result.value) : result.value;
            return typeof json === 'function' ? json.call(local, result) : result;
          },
    view: (result, context) =>
      result instanceof HostedResult
        ? (result.twin.view?.(result.value, context) ?? '')
        : (view?.call(local, result, context) ?? ''),
  };
}

class HostedResult {
  readonly twin: HostedTwin;
  readonly value: unknown;

  constructor(twin: HostedTwin, value: unknown) {
    this.twin = twin;
    this.value = value;
  }
}

import type { Context } from '../cli/context.ts';
import { otelLine } from '../operations/line-json.ts';
import { terminalText, wrapText } from '../output/terminal-text.ts';
import { clockText } from '../output/time-text.ts';
import type { RuntimeLine } from '../runtime/run/runtime-logger.ts';

/**
 * How `amp run` says what it does: a calm line each on stderr, OpenTelemetry JSON there with AMP_LOG_FORMAT=json, and NDJSON on
 * stdout with --json.
 */
export function runtimeLineWriter(context: Context, redact: (text: string) => string): (line: RuntimeLine) => void {
  const { output, config } = context;
  const asOtel = config.env.AMP_LOG_FORMAT === 'json';
  return (raw) => {
    const line = { ...raw, message: redact(raw.message) };
    if (line.severity === 'debug' && !config.verbose && !config.debug) return;
    const { error, ...details } = line.details ?? {};
    if (config.debug && error instanceof Error && error.stack) output.debug(redact(error.stack));
    if (asOtel) {
      output.notice(
        JSON.stringify(
          otelLine({
            at: line.at,
            severity: line.severity,
            message: line.message,
            details: { service: line.service, ...details },
          }),
        ),
      );
    }
    if (output.json)
      output.line({
        type: 'log',
        at: new Date(line.at).toISOString(),
        severity: line.severity,
        service: line.service,
        message: line.message,
        ...details,
      });
    else if (!asOtel) writeText(context, line);
  };
}

function writeText({ output }: Context, { at, service, severity, message }: RuntimeLine): void {
  const { errorStyle: style } = output;
  const time = clockText(at);
  const paint = { debug: style.dim, info: (text: string) => text, warning: style.warn, error: style.bad }[severity];
  const head = `${time}  ${service.padEnd(13)} `;
  const room = Math.max(20, output.width - head.length);
  const [first = '', ...rest] = output.stderrIsTerminal ? wrapText(message, room) : [terminalText(message)];
  const indent = ' '.repeat(head.length);
  output.notice([style.dim(head) + paint(first), ...rest.map((text) => indent + paint(text))].join('\n'));
}

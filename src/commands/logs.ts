import { defineCommand } from '../cli/command.ts';
import type { LogPrinter } from '../operations/show-logs.ts';
import type { Output } from '../output/output.ts';
import type { Findings } from '../status/status.ts';
import { orHosted } from './or-hosted.ts';

export const logs = orHosted(
  defineCommand({
    name: 'logs',
    summary: 'What happened, and why it failed',
    description:
      'The newest log lines, or those of one operation. What is broken now comes first: what failed, why, since when and what to do about it.',
    args: [{ name: 'operation', summary: 'Id of an operation, or the beginning of it' }],
    flags: {
      follow: { type: 'boolean', short: 'f', summary: 'Go on with lines as they come, from any process' },
      severity: {
        type: 'string',
        choices: ['debug', 'info', 'warning', 'error'],
        placeholder: 'level',
        summary: 'This severe or worse: debug, info (default), warning, error',
      },
      since: { type: 'string', placeholder: 'time', summary: 'ISO time, or 15m, 2h, 7d' },
      until: { type: 'string', placeholder: 'time', summary: 'ISO time, or 15m, 2h, 7d' },
      object: { type: 'strings', placeholder: 'object', summary: 'Only of this object; repeatable' },
      group: { type: 'string', placeholder: 'ref', summary: 'Only of this customer' },
      grep: { type: 'string', placeholder: 'text', summary: 'Only lines that contain it, whatever the case' },
      limit: { type: 'number', integer: true, min: 1, max: 100000, default: 100, summary: 'The newest so many' },
      utc: { type: 'boolean', summary: 'Times in UTC instead of local time' },
    },
    examples: [
      'amp logs',
      'amp logs --follow --object Contact',
      'amp logs op_0VjY4r0aB --severity warning',
      'amp logs --since 2h --grep invalid_grant --json',
    ],
    json: 'stream',
    async run(context, { args, flags }) {
      const parts = await import('./logs-parts.ts');
      const { withState, showLogs, parseSpan, findDeliveryTroubles, unknownNames } = parts;
      const now = context.clock.now();
      const filter = {
        severity: flags.severity ?? (context.config.debug ? 'debug' : 'info'),
        ...parseSpan(flags, now),
        ...(flags.object ? { objects: flags.object } : {}),
        ...(flags.group ? { groupRef: flags.group } : {}),
        ...(flags.grep ? { grep: flags.grep } : {}),
        limit: flags.limit ?? 100,
      };
      const isNarrow = args.operation !== undefined || flags.object !== undefined || flags.group !== undefined;
      await withState(context, async (state) => {
        for (const hint of unknownNames(state.db, filter)) context.output.notice(hint);
        // Events to an app that is down have no operation that could tell it.
        const troubles = isNarrow ? { attention: [], notices: [] } : findDeliveryTroubles(state.db, now);
        await showLogs(
          state.db,
          { operationId: args.operation, follow: flags.follow === true, filter },
          { clock: context.clock, signal: context.signal },
          context.output.json
            ? jsonPrinter(context.output, parts, troubles)
            : textPrinter(context.output, parts, troubles, {
                utc: flags.utc === true,
                withOwner: args.operation === undefined,
                now,
              }),
        );
      });
    },
  }),
  async () => (await import('./hosted/twins/logs.ts')).hostedLogs,
);

type Parts = typeof import('./logs-parts.ts');

function jsonPrinter(output: Output, { lineJson }: Parts, troubles: Findings): LogPrinter {
  return {
    incidents(incidents) {
      for (const incident of incidents) output.line({ type: 'incident', ...incident });
      for (const finding of troubles.attention) output.line({ type: 'attention', ...finding });
      for (const finding of troubles.notices) output.line({ type: 'notice', ...finding });
    },
    lines(lines) {
      for (const line of lines) output.line(lineJson(line));
    },
    end: (summary) => output.line({ type: 'summary', ...summary }),
  };
}

function textPrinter(
  output: Output,
  { renderIncident, renderFindings, createLineRenderer }: Parts,
  troubles: Findings,
  options: { utc: boolean; withOwner: boolean; now: number },
): LogPrinter {
  const view = {
    style: output.style,
    width: output.width,
    now: options.now,
    ...(options.utc ? { zone: { timeZone: 'UTC' as const } } : {}),
  };
  const render = createLineRenderer({ ...view, withOwner: options.withOwner });
  return {
    incidents(incidents) {
      for (const incident of incidents) output.text(`${renderIncident(incident, view)}\n\n`);
      const found = renderFindings(troubles, view);
      if (found !== '') output.text(`${found}\n\n`);
    },
    lines(lines) {
      if (lines.length > 0) output.text(lines.map(render).join('\n'));
    },
    end(summary) {
      if (summary.lines === 0 && summary.incidents === 0) output.text('Nothing logged yet that matches.');
    },
  };
}

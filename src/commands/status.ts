import { defineCommand } from '../cli/command.ts';
import type { Context } from '../cli/context.ts';
import type { Status } from '../status/status.ts';

const watchIntervalMs = 2_000;

export const status = defineCommand({
  name: 'status',
  summary: 'How everything is, on one screen',
  description:
    'Orgs, installations, queues, destinations and subscriptions, from what this machine has stored; no org is asked. Ends with 1 when something needs a person.',
  flags: { watch: { type: 'boolean', short: 'w', summary: 'Again every two seconds until Ctrl-C' } },
  examples: ['amp status', 'amp status --watch', 'amp status --json || page-somebody'],
  async run(context, { flags }): Promise<Status> {
    const { withState, gatherStatus, closeInterruptedOperations, openOrgRegistry } = await import('./status-parts.ts');
    const registry = openOrgRegistry(context.config.configDir);
    return withState(context, async (state) => {
      const gather = () => {
        closeInterruptedOperations(state.db, context.clock);
        return gatherStatus({ state, registry, clock: context.clock });
      };
      let latest = await gather();
      while (flags.watch && !context.signal.aborted) {
        await show(latest, context);
        await context.clock.sleep(watchIntervalMs, context.signal).catch(() => {});
        if (!context.signal.aborted) latest = await gather();
      }
      if (flags.watch) {
        shown.add(latest);
        if (context.output.json) context.output.line({ type: 'summary', healthy: latest.healthy });
      }
      return latest;
    });
  },
  exit: (result) => (result.healthy ? 'ok' : 'failed'),
  json: (result) => (shown.has(result) ? undefined : result),
  view: (result, context) => (shown.has(result) ? '' : render(result, context)),
});

/** What --watch has written already. */
const shown = new WeakSet<Status>();

/** While watching: NDJSON, or the screen drawn anew on a terminal, or one screen after the other elsewhere. */
async function show(latest: Status, context: Context): Promise<void> {
  const { output } = context;
  if (output.json) return output.line({ type: 'status', ...latest });
  const text = await render(latest, context);
  output.text(output.stdoutIsTerminal ? `\x1b[H\x1b[2J${text}` : `${text}\n`);
}

async function render(result: Status, { output, clock }: Context): Promise<string> {
  const { renderStatus } = await import('./status-parts.ts');
  return renderStatus(result, { style: output.style, width: output.width, now: clock.now() });
}

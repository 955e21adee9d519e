import type { CommandInput } from '../../cli/command.ts';
import { defineCommand } from '../../cli/command.ts';
import type { Context } from '../../cli/context.ts';

const args = [{ name: 'type', summary: 'Event types, or all', variadic: true }];
const flags = {
  topic: { type: 'string', placeholder: 'name', summary: 'Name of the topic: letters, digits, dashes' },
  destination: { type: 'strings', placeholder: 'name', summary: 'A destination of the topic; repeatable' },
} as const;

export const addRoutes = defineCommand({
  name: 'add',
  summary: 'Send events over a topic to destinations',
  args,
  flags,
  examples: [
    'amp notifications routes add connection.error read.schedule.paused --topic alerts --destination pager',
    'amp notifications routes add all --topic audit --destination archive',
  ],
  run: (context, input) => change(context, input, 'add'),
  view: viewRoutes,
});

export const removeRoutes = defineCommand({
  name: 'remove',
  summary: 'Take events or destinations off a topic',
  description: 'Without event types and destinations the whole topic goes.',
  args,
  flags,
  examples: [
    'amp notifications routes remove connection.refreshed --topic alerts',
    'amp notifications routes remove --topic audit',
  ],
  run: (context, input) => change(context, input, 'remove'),
  view: viewRoutes,
});

async function change(context: Context, input: CommandInput<typeof flags>, verb: 'add' | 'remove') {
  const { AmpError } = await import('../../errors/amp-error.ts');
  const { createDestinationStore } = await import('../../destinations/destination-store.ts');
  const { createNotificationRoutes } = await import('../../notifications/routes.ts');
  const { notificationTypes } = await import('../../notifications/notification.ts');
  const { withState } = await import('../with-state.ts');
  const { topic, destination: destinations = [] } = input.flags;
  if (!topic)
    throw new AmpError({ code: 'usage', message: 'The topic is missing.', hint: 'Give it with --topic <name>.' });
  const named = [input.args.type, ...input.args.rest].filter((type) => type !== undefined);
  const types = [...new Set(named.flatMap((type) => (type === 'all' ? notificationTypes : [type])))];
  return withState(context, ({ db }) => {
    const routes = createNotificationRoutes(db);
    if (verb === 'add') {
      const known = createDestinationStore(db);
      for (const name of destinations) known.require(name);
    }
    routes[verb]({ topic, types, destinations });
    return { routes: routes.list() };
  });
}

async function viewRoutes(result: Awaited<ReturnType<typeof change>>, { output }: Context): Promise<string> {
  const { renderRoutes } = await import('../../views/notifications.ts');
  return renderRoutes({ ...result, unrouted: [] }, { style: output.style, width: output.width });
}

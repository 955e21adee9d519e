import { defineCommand } from '../../cli/command.ts';

export const show = defineCommand({
  name: 'show',
  summary: 'One message with its body',
  description: 'With --body only the stored bytes are printed, exactly as they are sent.',
  args: [{ name: 'event', summary: 'Its id, or the beginning of it', required: true }],
  flags: { body: { type: 'boolean', summary: 'Print the stored bytes and nothing else' } },
  examples: ['amp events show msg_00VbeQi', 'amp events show msg_00VbeQi --body | jq .result'],
  async run(context, { args, flags }) {
    const { withState } = await import('../with-state.ts');
    const { loadEvent } = await import('../../destinations/stored-events.ts');
    return withState(context, async ({ db }) => {
      const { body, ...event } = loadEvent(db, args.event ?? '');
      if (!flags.body) return { ...event, body: JSON.parse(Buffer.from(body).toString('utf8')) as unknown };
      await context.output.bytes(body);
      return undefined;
    });
  },
  async view(event, { output, clock }) {
    if (!event) return '';
    const { renderEvent } = await import('../../views/events.ts');
    return renderEvent(event, { style: output.style, width: output.width, now: clock.now() });
  },
});

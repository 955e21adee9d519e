import { type CommandInput, defineCommand, type FlagSpecs } from '../cli/command.ts';

export const tailFlags = {
  integration: { type: 'string', short: 'i', placeholder: 'name', summary: 'Integration of the manifest' },
  org: { type: 'string', placeholder: 'alias', summary: 'Connected org (the default org when left out)' },
  group: {
    type: 'string',
    placeholder: 'ref',
    summary: "Customer to follow: the installation's fields, watch list and org",
  },
  from: { type: 'string', placeholder: 'position', summary: 'now, earliest, stored or a replay id', default: 'now' },
  'forward-to': {
    type: 'strings',
    placeholder: 'url',
    summary: 'POST each message, signed, to your app (account=url: of one object); repeatable',
  },
  select: { type: 'boolean', summary: 'Select the objects for change events in the org, where they are not' },
  deliver: { type: 'boolean', summary: "Send signed messages to the objects' destinations" },
  'all-fields': { type: 'boolean', summary: 'Every field the user can read, not only those of the manifest' },
  'no-records': {
    type: 'boolean',
    summary: 'Show what the events carry and do not read the records behind them: faster, and no API calls',
  },
  max: { type: 'number', integer: true, min: 1, placeholder: 'n', summary: 'Stop after n events' },
} as const satisfies FlagSpecs;

export type TailFlags = CommandInput<typeof tailFlags>['flags'];

export const tail = defineCommand({
  name: 'tail',
  summary: 'Follow change events as they happen',
  description:
    'Shows each create, update and delete of the objects, one line an event; with --json the whole entry of the webhook message. Remembers how far it came, so that --from stored loses nothing.',
  args: [{ name: 'object', summary: 'Objects to follow; without any, what the manifest subscribes', variadic: true }],
  flags: tailFlags,
  examples: [
    'amp tail account',
    'amp tail --group acme --from stored',
    'amp tail account contact --json',
    'amp tail opportunity --forward-to http://localhost:3000/webhooks',
  ],
  async run(context, { args, flags }) {
    const { runTail } = await import('./run-tail-command.ts');
    return runTail(context, args.rest, flags);
  },
  json: 'stream',
});

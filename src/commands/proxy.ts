import { type CommandInput, defineCommand, type FlagSpecs } from '../cli/command.ts';

export const proxyFlags = {
  group: {
    type: 'string',
    placeholder: 'ref',
    summary: 'Customer whose org to call; its integration needs proxy.enabled',
  },
  integration: { type: 'string', short: 'i', placeholder: 'name', summary: 'Integration, when the group has several' },
  direct: { type: 'boolean', summary: 'Call a connected org of yours, without an installation' },
  org: { type: 'string', placeholder: 'alias', summary: 'With --direct: which org' },
  data: { type: 'string', placeholder: 'text|@file|-', summary: 'Body: text, a file, or stdin' },
  header: { type: 'strings', placeholder: 'name=value', summary: 'Passed on; repeatable' },
  include: { type: 'boolean', summary: 'Print status and headers before the body' },
  throttle: { type: 'boolean', summary: 'After a 429, keep calls back until the org takes them again' },
} as const satisfies FlagSpecs;

export type ProxyFlags = CommandInput<typeof proxyFlags>['flags'];

export const proxy = defineCommand({
  name: 'proxy',
  summary: "Call any REST or Apex path of a customer's org",
  description:
    'Verb, path, body and content type pass as they are, the sign-in is attached, and status and body come back unchanged. A path starts at the instance (/services/apexrest/orders) or at the data API (sobjects/Account). Nothing is retried but a call whose session had expired.',
  args: [
    { name: 'method', summary: 'GET, POST, PATCH, PUT, DELETE or HEAD', required: true },
    { name: 'path', summary: 'Path and query', required: true },
  ],
  flags: proxyFlags,
  examples: [
    'amp proxy GET sobjects/Account/describe --group acme',
    'amp proxy POST /services/apexrest/orders --group acme --data @order.json --header content-type=application/json',
    'amp proxy GET limits --direct --org acme',
  ],
  async run(context, { args, flags }) {
    const { runProxy } = await import('./run-proxy-command.ts');
    return runProxy(context, { method: args.method ?? '', path: args.path ?? '' }, flags);
  },
  exit: (result) => (result.status < 400 ? 'ok' : 'failed'),
});

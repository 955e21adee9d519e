import { defineCommand } from '../cli/command.ts';
import { orHosted } from './or-hosted.ts';

export const search = orHosted(
  defineCommand({
    name: 'search',
    summary: 'Find records by the values of their fields',
    description: 'One page of records that equal every condition, newest first, mapped like those of a read.',
    args: [{ name: 'object', summary: "The manifest's object", required: true }],
    flags: {
      where: { type: 'strings', placeholder: 'field=value', summary: 'Mapped or org name; repeatable, all must hold' },
      group: {
        type: 'string',
        placeholder: 'ref',
        summary: "Customer to search for: the installation's fields and org",
      },
      integration: {
        type: 'string',
        short: 'i',
        placeholder: 'name',
        summary: 'Integration, when the group has several',
      },
      org: { type: 'string', placeholder: 'alias', summary: 'Connected org (the default org when left out)' },
    },
    examples: [
      'amp search contact --where email=ada@example.com --group acme',
      'amp search account --where sector=Energy --json',
    ],
    async run(context, { args, flags }) {
      const { runSearch } = await import('./run-search-command.ts');
      return runSearch(context, args.object ?? '', flags);
    },
    async view(result, context) {
      const { renderSearch } = await import('../views/search.ts');
      return renderSearch(result, context.output.style, context.output.width);
    },
  }),
  async () => (await import('./hosted/twins/search.ts')).hostedSearch,
);

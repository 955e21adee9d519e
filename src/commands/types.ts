import { defineCommand } from '../cli/command.ts';

export const types = defineCommand({
  name: 'types',
  summary: 'Write TypeScript types of this manifest’s webhook messages',
  description:
    'Types of the read, subscribe and schema messages, mapped names included. With --org the fields have the types ' +
    'they have in that org, picklist values too; without, any JSON value.',
  args: [{ name: 'path', summary: 'Manifest or its folder (default: the nearest amp.yaml)' }],
  flags: {
    org: { type: 'string', placeholder: 'alias', summary: 'Take the types of fields from this connected org' },
    out: { type: 'string', placeholder: 'file.ts', summary: 'Write to a file instead of stdout' },
  },
  examples: ['amp types --out src/amp-messages.ts', 'amp types --org acme --out src/amp-messages.ts'],
  async run(context, { args, flags }) {
    const { writeTypes } = await import('../scaffold/write-types.ts');
    return writeTypes(context, args.path, flags);
  },
  view: (result) => (result.file === undefined ? result.types.trimEnd() : `Wrote ${result.file}.`),
});

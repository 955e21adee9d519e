import { defineCommand } from '../cli/command.ts';

export const schema = defineCommand({
  name: 'schema',
  summary: 'Print the JSON Schema of the manifest, or of a command’s JSON',
  description:
    'amp schema manifest is for editors: the YAML language server completes keys and underlines mistakes with it. ' +
    'amp schema output <command> describes what the command prints with --json.',
  args: [
    { name: 'what', summary: 'manifest (default) or output' },
    { name: 'command', summary: 'With output: the command' },
  ],
  flags: { out: { type: 'string', placeholder: 'file', summary: 'Write to a file instead of stdout' } },
  examples: ['amp schema manifest --out .amp/manifest.schema.json', 'amp schema output validate'],
  async run(context, { args, flags }) {
    const { loadSchema } = await import('../validation/load-schema.ts');
    const loaded = await loadSchema(args.what ?? 'manifest', args.command);
    if (flags.out === undefined) return { schema: loaded };
    const { writeTextFile } = await import('../platform/write-text-file.ts');
    const { resolve } = await import('node:path');
    await writeTextFile(resolve(context.cwd, flags.out), `${JSON.stringify(loaded, null, 2)}\n`);
    return { file: flags.out };
  },
  json: (result) => ('schema' in result ? result.schema : result),
  view: (result) => ('schema' in result ? JSON.stringify(result.schema, null, 2) : `Wrote ${result.file}.`),
});

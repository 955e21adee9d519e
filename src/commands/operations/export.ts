import { defineCommand } from '../../cli/command.ts';

export const exportOperation = defineCommand({
  name: 'export',
  summary: 'Write an operation to one file that opens offline',
  description:
    'The explanation, all facts and the log of one operation in one file, without secrets and record values: HTML to read, or JSON for tools.',
  args: [{ name: 'operation', summary: 'Its id, or the beginning of it', required: true }],
  flags: {
    output: {
      type: 'string',
      short: 'o',
      placeholder: 'file',
      summary: 'Where to (default: <operation>.html; - = stdout)',
    },
    format: { type: 'string', choices: ['html', 'json'], summary: 'html (default) or json' },
    force: { type: 'boolean', summary: 'Overwrite the file' },
  },
  examples: ['amp operations export op_0VjY4r0aB', 'amp operations export op_0VjY4r0aB --format json -o -'],
  async run(context, { args, flags }) {
    const { resolve } = await import('node:path');
    const { AmpError } = await import('../../errors/amp-error.ts');
    const { redact } = await import('../../errors/redact.ts');
    const { bundleOperation } = await import('../../operations/bundle.ts');
    const { writeFile } = await import('node:fs/promises');
    const { withState } = await import('../with-state.ts');
    const { renderBundlePage } = await import('../../views/operations/bundle-page.ts');
    const bundle = await withState(context, (state) =>
      bundleOperation(state.db, args.operation ?? '', {
        now: context.clock.now(),
        ampVersion: context.version,
        redact,
      }),
    );
    const format = flags.format ?? (/\.json$/i.test(flags.output ?? '') ? 'json' : 'html');
    const text = format === 'json' ? `${JSON.stringify(bundle, null, 2)}\n` : renderBundlePage(bundle);
    const result = {
      operationId: bundle.operation.id,
      format,
      lines: bundle.lines.length,
      bytes: Buffer.byteLength(text),
    };
    if (flags.output === '-') {
      await context.output.bytes(Buffer.from(text));
      return { ...result, file: '-' };
    }
    const file = resolve(context.cwd, flags.output ?? `${bundle.operation.id}.${format}`);
    try {
      await writeFile(file, text, { mode: 0o600, flag: flags.force ? 'w' : 'wx' });
    } catch (error) {
      const exists = (error as NodeJS.ErrnoException).code === 'EEXIST';
      throw new AmpError({
        code: exists ? 'file-exists' : 'file-unwritable',
        message: exists ? `${file} exists already.` : `Cannot write ${file}: ${(error as Error).message}.`,
        cause: error,
      });
    }
    return { ...result, file };
  },
  json: (result) => (result.file === '-' ? undefined : result),
  view: ({ file, lines }) => (file === '-' ? '' : `Wrote ${file} with ${lines} log lines.`),
});

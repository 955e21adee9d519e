import { defineCommand } from '../cli/command.ts';
import { AmpError } from '../errors/amp-error.ts';
import { orHosted } from './or-hosted.ts';
import { readFlags } from './read-flags.ts';

export const read = orHosted(
  defineCommand({
    name: 'read',
    summary: 'Read what changed: since a time, or since the last scheduled read',
    description:
      'Without --since everything is read. The watermark of scheduled reads stays where it is, unless --scheduled asks for one such read.',
    args: [{ name: 'object', summary: "The manifest's object, or any object of the org", required: true }],
    flags: {
      since: { type: 'string', placeholder: 'time', summary: 'ISO time, or 15m, 2h, 7d ago' },
      until: { type: 'string', placeholder: 'time', summary: 'ISO time, or 15m, 2h, 7d ago' },
      scheduled: { type: 'boolean', summary: 'One incremental read from the stored watermark, which it moves' },
      'skip-deleted': { type: 'boolean', summary: 'With --scheduled: no entries for deleted records' },
      ...readFlags,
    },
    examples: [
      'amp read contact --since 2h',
      'amp read account --since 2026-01-31T10:00:00Z --output changed.ndjson',
      'amp read opportunity --group acme --scheduled --deliver',
    ],
    async run(context, { args, flags }) {
      const { runReadCommand } = await import('./run-read-command.ts');
      if (flags.scheduled && (flags.limit !== undefined || flags.since || flags.until)) {
        throw new AmpError({
          code: 'usage',
          message:
            'A scheduled read takes everything since its watermark: --limit, --since and --until do not go with --scheduled.',
        });
      }
      const { parseSpan } = await import('../platform/moment.ts');
      const { since, until } = parseSpan(flags, context.clock.now());
      return runReadCommand(context, {
        readType: flags.scheduled ? 'scheduled' : 'triggered',
        objectName: args.object ?? '',
        flags,
        tombstones: flags['skip-deleted'] !== true,
        period: { fromMs: since, toMs: until },
      });
    },
    // Read, but not delivered: the messages wait, and a script must know.
    exit: ({ output }) =>
      output.kind === 'destination' && output.delivery.pending + output.delivery.dead > 0 ? 'failed' : 'ok',
    json: (result) => (result.output.kind === 'stdout' ? undefined : result),
    async view(result, { output }) {
      const { renderRead } = await import('../views/read.ts');
      return renderRead(result, output);
    },
  }),
  async () => (await import('./hosted/twins/read.ts')).hostedRead,
);

import { defineCommand } from '../cli/command.ts';
import { AmpError } from '../errors/amp-error.ts';
import { readFlags } from './read-flags.ts';

export const backfill = defineCommand({
  name: 'backfill',
  summary: 'Read the records that are there already',
  description:
    'Reads an object back to the period of the manifest, --days or --full, and writes {fields, mappedFields, raw}, one record a line. Killed or stopped, the same command goes on where it was.',
  args: [{ name: 'object', summary: "The manifest's object, or any object of the org", required: true }],
  flags: {
    days: { type: 'number', integer: true, min: 0, placeholder: 'n', summary: 'Records changed in the last n days' },
    full: { type: 'boolean', summary: 'All records' },
    resume: { type: 'string', placeholder: 'operation', summary: 'Go on with a read that was interrupted' },
    verify: { type: 'boolean', summary: 'Count again in the org afterwards, and name the days that are short' },
    ...readFlags,
  },
  examples: [
    'amp backfill contact --days 30',
    'amp backfill account --full --output accounts.ndjson',
    'amp backfill opportunity --group acme --deliver',
    "amp backfill contact --full --map owner=\"$['Owner']['Name']\" --filter MailingCity=Bonn --format csv",
  ],
  async run(context, { args, flags }) {
    const { runReadCommand } = await import('./run-read-command.ts');
    if (flags.full && flags.days !== undefined) {
      throw new AmpError({ code: 'usage', message: '--full and --days exclude each other.' });
    }
    if (flags.verify && flags.limit !== undefined) {
      throw new AmpError({ code: 'usage', message: 'With --limit there is nothing to verify against.' });
    }
    return runReadCommand(context, {
      readType: 'backfill',
      objectName: args.object ?? '',
      flags,
      period: { days: flags.days, full: flags.full },
      resume: flags.resume,
      countDays: flags.verify === true,
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
});

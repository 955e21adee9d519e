import { defineCommand } from '../../cli/command.ts';

export const ledger = defineCommand({
  name: 'ledger',
  summary: 'Export what was committed, and when',
  description:
    'The truth a client’s copy can be compared with: every committed change in order, as NDJSON with --json.',
  flags: {
    after: {
      type: 'number',
      integer: true,
      min: 0,
      default: 0,
      placeholder: 'n',
      summary: 'Only changes after this sequence number',
    },
    object: { type: 'strings', placeholder: 'object', summary: 'Only of this object; repeatable' },
    port: {
      type: 'number',
      integer: true,
      min: 1,
      max: 65535,
      placeholder: 'port',
      summary: 'Which emulator, when several run',
    },
  },
  examples: ['amp emulator ledger', 'amp emulator ledger --object Contact --json > truth.ndjson'],
  json: 'stream',
  async run(context, { flags }) {
    const { findEmulator, readLedgerLines } = await import('../../providers/salesforce/index.ts');
    const { renderLedgerLine } = await import('../../views/emulator.ts');
    const { url } = await findEmulator(context.config.dataDir, flags.port);
    const objects = flags.object?.map((name) => name.toLowerCase());
    let changes = 0;
    for await (const line of readLedgerLines(url, flags.after ?? 0)) {
      if (objects && !objects.includes(String(line.object).toLowerCase())) continue;
      changes++;
      if (context.output.json) context.output.line({ type: 'change', ...line });
      else context.output.text(renderLedgerLine(line, context.output.style));
    }
    if (context.output.json) context.output.line({ type: 'summary', changes });
  },
});

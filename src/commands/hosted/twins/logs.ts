import type { HostedLog } from '../../../environments/hosted/answers.ts';
import { findInstallation } from '../../../environments/hosted/lists.ts';
import { fetchLogs, listOperations } from '../../../environments/hosted/operations.ts';
import { AmpError } from '../../../errors/amp-error.ts';
import type { HostedTwin } from '../../or-hosted.ts';
import { withHosted } from '../../with-hosted.ts';

/** The log of one operation, or of a customer's latest one. One JSON object a line, the last a summary. */
export const hostedLogs: HostedTwin = {
  async run(context, { args, flags }) {
    const { output } = context;
    const lines = await withHosted(context, async (api): Promise<HostedLog[]> => {
      if (args.operation) return fetchLogs(api, args.operation);
      if (!flags.group) {
        throw new AmpError({
          code: 'usage',
          message: 'The platform keeps logs by operation: name one, or a customer with --group.',
          hint: `amp operations -p ${api.project} lists them.`,
        });
      }
      const [latest] = await listOperations(api, await findInstallation(api, flags.group), 1000);
      return latest ? fetchLogs(api, latest.id) : [];
    });
    const wanted = flags.grep?.toLowerCase();
    const shown = lines
      .filter((line) => wanted === undefined || JSON.stringify(line).toLowerCase().includes(wanted))
      .slice(-(flags.limit ?? 100));
    if (output.json) {
      for (const line of shown) output.line({ type: 'log', ...line });
      output.line({ type: 'summary', lines: shown.length });
    }
    return shown;
  },
  async view(lines: HostedLog[], { output }) {
    const { renderHostedLogs } = await import('../../../views/hosted/operations.ts');
    return renderHostedLogs(lines, output.style);
  },
};

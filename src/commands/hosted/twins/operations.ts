import type { HostedLog, HostedOperation } from '../../../environments/hosted/answers.ts';
import { findInstallation, listInstallations } from '../../../environments/hosted/lists.ts';
import { fetchLogs, fetchOperation, listOperations } from '../../../environments/hosted/operations.ts';
import type { HostedTwin } from '../../or-hosted.ts';
import { withHosted } from '../../with-hosted.ts';

/** Operations of one customer, or of all, newest first. */
export const hostedOperations: HostedTwin = {
  run: (context, { flags }) =>
    withHosted(context, async (api) => {
      const limit = flags.limit ?? 50;
      const installations = flags.group ? [await findInstallation(api, flags.group)] : await listInstallations(api);
      const lists = [];
      for (const installation of installations) lists.push(await listOperations(api, installation, limit));
      const operations = lists
        .flat()
        .filter((operation) => !flags.status || flags.status.includes(operation.status ?? ''))
        .filter((operation) => !flags.type || flags.type.includes(operation.actionType ?? ''))
        .sort((a, b) => (b.createTime ?? '').localeCompare(a.createTime ?? ''))
        .slice(0, limit);
      return { operations };
    }),
  async view({ operations }: { operations: HostedOperation[] }, { output }) {
    const { renderHostedOperations } = await import('../../../views/hosted/operations.ts');
    return renderHostedOperations(operations, output.style);
  },
};

/** One operation with its log. */
export const hostedOperation: HostedTwin = {
  run: (context, { args }) =>
    withHosted(context, async (api) => ({
      operation: await fetchOperation(api, args.operation!),
      lines: await fetchLogs(api, args.operation!),
    })),
  async view({ operation, lines }: { operation: HostedOperation; lines: HostedLog[] }, { output }) {
    const { renderHostedLogs, renderHostedOperations } = await import('../../../views/hosted/operations.ts');
    return `${renderHostedOperations([operation], output.style)}\n\n${renderHostedLogs(lines, output.style)}`;
  },
};

import { defineCommand } from '../../cli/command.ts';
import type { HostedApi } from '../../environments/hosted/hosted-api.ts';
import type { HostedColumn } from '../../views/hosted/lists.ts';
import { hostedFormat, viewHosted } from './hosted-format.ts';

export interface HostedList<Item> {
  /** `provider-apps`: the command is `list:provider-apps`. */
  what: string;
  summary: string;
  /** Projects belong to the key, everything else to a project. */
  needs: 'key' | 'project';
  fetch(api: HostedApi): Promise<Item[]>;
  columns: readonly HostedColumn<Item>[];
}

/** A list of the first command line: a table, or `-f json|yaml`. */
export function defineHostedList<Item>({ what, summary, needs, fetch, columns }: HostedList<Item>) {
  return defineCommand({
    name: `list:${what}`,
    summary,
    hidden: true,
    flags: hostedFormat,
    examples: [`amp list:${what}${needs === 'project' ? ' -p dev' : ''}`],
    async run(context, { flags }) {
      const { withHosted, withKey } = await import('../with-hosted.ts');
      return { list: await (needs === 'key' ? withKey : withHosted)(context, fetch), format: flags.format };
    },
    json: ({ list }) => list,
    async view({ list, format }, { output }) {
      const { renderHostedList } = await import('../../views/hosted/lists.ts');
      const name = what.replace('-', ' ');
      return viewHosted(list, format, () => renderHostedList(name, list, columns, output.style));
    },
  });
}

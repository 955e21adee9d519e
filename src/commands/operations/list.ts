import { defineCommand } from '../../cli/command.ts';
import { AmpError } from '../../errors/amp-error.ts';
import { orHosted } from '../or-hosted.ts';

export const list = orHosted(
  defineCommand({
    name: 'list',
    summary: 'Operations, newest first',
    flags: {
      status: {
        type: 'strings',
        choices: ['in_progress', 'success', 'failure', 'unknown'],
        placeholder: 'status',
        summary: 'in_progress, success, failure or unknown; repeatable',
      },
      type: {
        type: 'strings',
        choices: ['read', 'write', 'subscribe', 'search', 'proxy', 'schema', 'deploy'],
        placeholder: 'type',
        summary: 'read, write, subscribe, search, proxy, schema or deploy; repeatable',
      },
      object: { type: 'strings', placeholder: 'object', summary: 'Only of this object; repeatable' },
      group: { type: 'string', placeholder: 'ref', summary: 'Only of this customer' },
      since: { type: 'string', placeholder: 'time', summary: 'Started since: ISO time, or 15m, 2h, 7d' },
      until: { type: 'string', placeholder: 'time', summary: 'Started until' },
      limit: { type: 'number', integer: true, min: 1, max: 1000, default: 50, summary: 'At most so many' },
      page: { type: 'string', placeholder: 'token', summary: 'Go on after an earlier page' },
    },
    examples: [
      'amp operations',
      'amp operations --status failure --since 24h',
      'amp operations --type write --object Lead --json',
    ],
    async run(context, { flags }) {
      const { withState, findOperations, closeInterruptedOperations, parseSpan, unknownNames } = await import(
        './list-parts.ts'
      );
      const now = context.clock.now();
      return withState(context, (state) => {
        closeInterruptedOperations(state.db, context.clock);
        if (flags.page !== undefined && !/^\d{1,15}$/.test(flags.page))
          throw new AmpError({
            code: 'usage',
            message: `"${flags.page}" is no page: take the token that stands below a list.`,
          });
        const filter = {
          ...(flags.status ? { statuses: flags.status as never[] } : {}),
          ...(flags.type ? { actions: flags.type as never[] } : {}),
          ...(flags.object ? { objects: flags.object } : {}),
          ...(flags.group ? { groupRef: flags.group } : {}),
          ...parseSpan(flags, now),
          ...(flags.page ? { pageToken: flags.page } : {}),
          limit: flags.limit ?? 50,
        };
        for (const hint of unknownNames(state.db, filter)) context.output.notice(hint);
        return findOperations(state.db, filter);
      });
    },
    async view(page, { output, clock }) {
      const { renderOperationList } = await import('./list-parts.ts');
      return renderOperationList(page, { style: output.style, width: output.width, now: clock.now() });
    },
  }),
  async () => (await import('../hosted/twins/operations.ts')).hostedOperations,
);

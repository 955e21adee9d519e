import { defineCommand } from '../../cli/command.ts';
import { orHosted } from '../or-hosted.ts';

export const show = orHosted(
  defineCommand({
    name: 'show',
    summary: 'One operation with its timeline',
    args: [{ name: 'operation', summary: 'Its id, or the beginning of it', required: true }],
    flags: {
      limit: { type: 'number', integer: true, min: 1, max: 10000, default: 200, summary: 'At most so many log lines' },
    },
    examples: ['amp operations show op_0VjY4r0aB'],
    async run(context, { args, flags }) {
      const { withState } = await import('../with-state.ts');
      const { loadOperationDetail } = await import('../../operations/operation-detail.ts');
      const { closeInterruptedOperations } = await import('../../operations/interrupted.ts');
      return withState(context, (state) => {
        closeInterruptedOperations(state.db, context.clock);
        return loadOperationDetail(state.db, args.operation ?? '', flags.limit ?? 200);
      });
    },
    json: ({ operation, children, lines }) => ({ operation, children, lines }),
    async view(detail, context) {
      const { output, clock } = context;
      const { nameOrg } = await import('../org-name.ts');
      const org = detail.operation.org && (await nameOrg(context, detail.operation.org));
      const { renderOperationDetail } = await import('../../views/operations/operation-detail.ts');
      return renderOperationDetail(detail, { style: output.style, width: output.width, now: clock.now(), org });
    },
  }),
  async () => (await import('../hosted/twins/operations.ts')).hostedOperation,
);

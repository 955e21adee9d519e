import { defineCommand } from '../../cli/command.ts';

export const prune = defineCommand({
  name: 'prune',
  summary: 'Forget operations older than the retention time',
  description:
    'amp does this by itself, a little with each operation. Days to keep come from --days, else AMP_LOG_RETENTION_DAYS, else 30. Other amp processes go on writing meanwhile.',
  flags: { days: { type: 'number', min: 0, summary: 'Keep so many days' } },
  examples: ['amp operations prune', 'AMP_LOG_RETENTION_DAYS=7 amp operations prune'],
  async run(context, { flags }) {
    const { withState } = await import('../with-state.ts');
    const { pruneOperations, readRetentionDays } = await import('../../operations/retention.ts');
    const retentionDays = flags.days ?? readRetentionDays(context.config.env);
    return withState(context, async (state) => ({
      retentionDays,
      ...(await pruneOperations(state.db, {
        clock: context.clock,
        retentionDays,
        budgetMs: Number.POSITIVE_INFINITY,
        signal: context.signal,
      })),
    }));
  },
  view: ({ operations, lines, retentionDays }) =>
    `Forgot ${operations} operations and ${lines} log lines older than ${retentionDays} days.`,
});

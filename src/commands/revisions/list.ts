import { defineCommand } from '../../cli/command.ts';

export const list = defineCommand({
  name: 'list',
  summary: 'Every revision, newest first',
  flags: { limit: { type: 'number', integer: true, min: 1, default: 20, summary: 'At most this many' } },
  examples: ['amp revisions', 'amp revisions list --limit 5 --json'],
  async run(context, { flags }) {
    const { assertLocal } = await import('../../environments/assert-local.ts');
    const { listRevisions } = await import('../../environments/local/revisions.ts');
    const { summarizeChanges } = await import('../../plan/plan.ts');
    const { withProject } = await import('../with-project.ts');
    assertLocal(context.config, 'The hosted platform keeps no list of revisions.');
    return withProject(context, 'look', (project) => {
      const current = project.currentRevision()?.number;
      return {
        revisions: listRevisions(project.state.db)
          .slice(0, flags.limit ?? 20)
          .map(({ manifest, source, changes, ...revision }) => ({
            ...revision,
            current: revision.number === current,
            summary: summarizeChanges(changes),
          })),
      };
    });
  },
  async view(result, { output, clock }) {
    const { renderRevisionList } = await import('../../views/revisions.ts');
    return renderRevisionList(result.revisions, output.style, clock.now());
  },
});

import { defineCommand } from '../../cli/command.ts';

export const show = defineCommand({
  name: 'show',
  summary: 'One revision, its manifest and changes',
  args: [{ name: 'revision', summary: 'Number or id', required: true }],
  flags: { manifest: { type: 'boolean', summary: 'Print the manifest as deployed, and nothing else' } },
  examples: ['amp revisions show 3', 'amp revisions show 3 --manifest > amp.yaml'],
  async run(context, { args, flags }) {
    const { assertLocal } = await import('../../environments/assert-local.ts');
    const { requireRevision } = await import('../../environments/local/revisions.ts');
    const { summarizeChanges } = await import('../../plan/plan.ts');
    const { withProject } = await import('../with-project.ts');
    assertLocal(context.config, 'The hosted platform keeps no old revisions.');
    return withProject(context, 'look', (project) => {
      const revision = requireRevision(project.state.db, args.revision!);
      const current = project.currentRevision()?.number === revision.number;
      return {
        manifestOnly: flags.manifest === true,
        ...revision,
        current,
        summary: summarizeChanges(revision.changes),
      };
    });
  },
  json: ({ manifestOnly, ...revision }) => revision,
  async view({ manifestOnly, ...revision }, { output, clock }) {
    if (manifestOnly) return revision.source.replace(/\n$/, '');
    const { renderRevision } = await import('../../views/revisions.ts');
    return renderRevision(revision, output, clock.now());
  },
});

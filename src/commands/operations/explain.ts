import { defineCommand } from '../../cli/command.ts';

export const explain = defineCommand({
  name: 'explain',
  summary: 'Why an operation failed, what it touches, what to do',
  args: [{ name: 'operation', summary: 'Its id, or the beginning of it', required: true }],
  examples: ['amp operations explain op_0VjY4r0aB', 'amp operations explain op_0VjY4r0aB --json'],
  async run(context, { args }) {
    const { withState } = await import('../with-state.ts');
    const { explainOperation } = await import('../../operations/explain.ts');
    const { closeInterruptedOperations } = await import('../../operations/interrupted.ts');
    return withState(context, (state) => {
      closeInterruptedOperations(state.db, context.clock);
      return explainOperation(state.db, args.operation ?? '');
    });
  },
  async view(explanation, { output, clock }) {
    const { renderExplanation } = await import('../../views/operations/explanation.ts');
    return renderExplanation(explanation, { style: output.style, width: output.width, now: clock.now() });
  },
});
